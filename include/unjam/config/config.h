// The configuration file as plain structs; deploy/unjam.example.yaml documents every key.
#pragma once

#include "unjam/base/time.h"
#include "unjam/config/server_address.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace unjam {

struct StoreConfig {
  std::filesystem::path path = "/var/lib/unjam/unjam.db";
  std::uint64_t max_bytes = std::uint64_t{2} << 30;
  Duration keep_minutes = std::chrono::days(2);
  Duration keep_hours = std::chrono::days(35);
  Duration keep_days = std::chrono::days(400);
  std::size_t samples_per_class = 10;
  bool mask_samples = true;
};

struct HttpConfig {
  bool enabled = true;
  std::string address = "127.0.0.1";
  std::uint16_t port = 9707;
};

/// A log file of a target.
struct LogConfig {
  std::filesystem::path path;
  std::optional<std::string> format;  ///< A name of log_format_names(); nullopt: by content.
  std::optional<std::string> log_line_prefix;  ///< PostgreSQL; nullopt: by content.
  std::chrono::seconds utc_offset{0};          ///< Zone of times that are written without one.
};

struct CountersConfig {
  bool enabled = true;
  Duration interval = std::chrono::seconds(10);  ///< At least 1 s.
};

struct TargetConfig {
  std::string name;                      ///< Unique: letters, digits, `-`, `_`, `.`; at most 64.
  std::optional<ServerAddress> address;  ///< nullopt: only its logs are watched.
  CountersConfig counters;               ///< Of `address`.
  bool slow_log_table = false;           ///< MySQL, MariaDB: mysql.slow_log too (log_output=TABLE).
  std::vector<LogConfig> logs;
  std::size_t line = 0;  ///< In the file, for messages.
};

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

struct Config {
  StoreConfig store;
  HttpConfig http;
  LogLevel log_level = LogLevel::Info;
  std::filesystem::path rules;  ///< Empty: the rules compiled in.
  std::vector<std::string> enable_rules;
  std::vector<TargetConfig> targets;
};

/// What to do about the secrets that the file refers to.
enum class Secrets : std::uint8_t {
  Read,  ///< All of them; one that cannot be read is a mistake.
  Try,   ///< The same, but a systemd credential outside of the service is only a warning.
  Skip,  ///< None: the caller connects to no server.
};

/// Reads and checks the whole file. Throws Error{Usage} that lists every mistake at once, each with
/// file and line; Error{Unreachable, Denied} when the file cannot be read.
Config load_config(const std::filesystem::path& path, Secrets secrets = Secrets::Read);

struct CheckedConfig {
  Config config;                      ///< Not to be used when there are mistakes.
  std::vector<std::string> mistakes;  ///< Each "file:line: what is wrong and how to mend it".
  std::vector<std::string> warnings;  ///< The same, of what is allowed but unwise.
};

/// load_config for who wants to see mistakes one by one, and warnings.
CheckedConfig check_config(const std::filesystem::path& path, Secrets secrets = Secrets::Read);

/// The configuration when there is no mistake; otherwise what load_config throws.
Config accept(CheckedConfig checked);

/// Where `--config` was not given: /etc/unjam/unjam.yaml, then $XDG_CONFIG_HOME/unjam/unjam.yaml
/// (or ~/.config); nullopt when neither exists.
std::optional<std::filesystem::path> find_config();

}  // namespace unjam
