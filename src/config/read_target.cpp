#include "config/config_values.h"
#include "config/parse_config.h"
#include "config/secret_files.h"
#include "config/server_values.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace unjam {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 8> kLogFormats = {
    "mysql-slow", "mysql-slow-table", "pg-stderr",        "pg-csv",
    "pg-json",    "pg-syslog",        "pg-cloudsql-json", "pg-cnpg-json"};

/// Keys that say how to reach a server.
constexpr std::array<std::string_view, 15> kServerKeys = {"host",
                                                          "port",
                                                          "socket",
                                                          "user",
                                                          "password",
                                                          "password_env",
                                                          "password_file",
                                                          "password_credential",
                                                          "database",
                                                          "tls",
                                                          "ca_file",
                                                          "connect_timeout",
                                                          "statement_timeout",
                                                          "counters",
                                                          "slow_log_table"};

bool is_target_name(std::string_view name) {
  return name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

void read_host(YamlMapping& mapping, ServerAddress& address) {
  const auto host = mapping.text("host");
  if (host && !is_host(*host)) {
    mapping.mistake_at("host", fmt::format("'host' is {}, which is neither a name nor an address",
                                           in_quotes(*host)));
  }
  const auto socket = read_path(mapping, "socket");
  const auto port = mapping.whole("port", 1, 65535);
  // PostgreSQL's socket is a folder, and the port a part of the name in it.
  const bool port_of_socket = address.engine == Engine::PostgreSql;
  if (socket && (mapping.has("host") || (mapping.has("port") && !port_of_socket))) {
    mapping.mistake_at("socket",
                       port_of_socket
                           ? "'socket' and 'host' are given together; keep one"
                           : "'socket' and 'host' or 'port' are given together; keep one way");
  }
  address.host = host.value_or(address.host);
  address.socket = socket ? socket->string() : "";
  address.port = static_cast<std::uint16_t>(port.value_or(0));
}

void read_tls(YamlMapping& mapping, ServerAddress& address) {
  address.tls = default_tls(address);
  if (const auto name = mapping.text("tls")) {
    const auto tls = parse_tls(*name);
    if (!tls) {
      mapping.mistake_at("tls", fmt::format("unknown tls {}; known are off, require, verify-ca, "
                                            "verify-full",
                                            in_quotes(*name)));
    }
    address.tls = tls.value_or(address.tls);
  }
  if (const auto file = read_path(mapping, "ca_file")) {
    address.ca_file = file->string();
    std::error_code failure;
    if (!std::filesystem::exists(*file, failure)) {
      mapping.mistake_at("ca_file", fmt::format("'ca_file': {} does not exist, or may not be seen "
                                                "by this user",
                                                in_quotes(file->string())));
    }
    if (address.tls == Tls::Off || address.tls == Tls::Require) {
      mapping.mistake_at("ca_file",
                         "'ca_file' needs tls: verify-full (or verify-ca) to be of any use");
    }
  }
}

ServerAddress read_address(YamlMapping& mapping, const YamlPlace& place,
                           const TargetReading& reading) {
  ServerAddress address;
  const std::string name = mapping.required_text("engine");
  const auto engine = parse_engine(name);
  if (!engine && !name.empty()) {
    mapping.mistake_at(
        "engine",
        fmt::format("unknown engine {}; known are mysql, mariadb, postgresql", in_quotes(name)));
  }
  address.engine = engine.value_or(Engine::MySql);
  read_host(mapping, address);
  address.user = mapping.required_text("user");
  address.password =
      read_password(mapping, place, reading.secrets, reading.readable_by_all, reading.warnings);
  address.database = mapping.text("database").value_or("");
  read_tls(mapping, address);
  if (address.tls == Tls::Off && address.socket.empty() && !is_loopback(address.host)) {
    reading.warnings.add(place.file, mapping.line(),
                         fmt::format("passwords and statements travel to {} without encryption; "
                                     "better tls: verify-full",
                                     address.host));
  }
  for (const auto& [key, timeout] : {std::pair("connect_timeout", &address.connect_timeout),
                                     std::pair("statement_timeout", &address.statement_timeout)}) {
    *timeout = read_duration(mapping, key, milliseconds(100), minutes(1)).value_or(*timeout);
  }
  return address;
}

CountersConfig read_counters(YamlMapping& parent) {
  CountersConfig counters;
  if (const auto node = parent.mapping("counters")) {
    YamlMapping mapping = parent.inner(*node, "counters");
    counters.enabled = mapping.boolean("enabled").value_or(counters.enabled);
    counters.interval = read_duration(mapping, "interval", seconds(1), std::chrono::hours(1))
                            .value_or(counters.interval);
    mapping.finish();
  }
  return counters;
}

LogConfig read_log(YamlMapping& mapping) {
  LogConfig log;
  if (!mapping.has("path")) {
    mapping.mistake("'path' is missing");
  }
  log.path = read_path(mapping, "path").value_or("");
  log.format = mapping.text("format");
  if (log.format == "auto") {
    log.format.reset();
  } else if (log.format &&
             std::find(kLogFormats.begin(), kLogFormats.end(), *log.format) == kLogFormats.end()) {
    mapping.mistake_at("format", fmt::format("unknown format {}; known are auto, {}",
                                             in_quotes(*log.format), fmt::join(kLogFormats, ", ")));
  }
  log.log_line_prefix = mapping.text("log_line_prefix");
  if (log.log_line_prefix && log.log_line_prefix->empty()) {
    log.log_line_prefix.reset();
  }
  log.utc_offset = read_utc_offset(mapping, "utc_offset").value_or(log.utc_offset);
  mapping.finish();
  return log;
}

}  // namespace

TargetConfig read_target(YamlMapping& mapping, const YamlPlace& place,
                         const TargetReading& reading) {
  TargetConfig target;
  target.line = mapping.line();
  target.name = mapping.required_text("name");
  if (!is_target_name(target.name)) {
    mapping.mistake_at("name", fmt::format("the name {} must be at most 64 letters, digits, - _ .",
                                           in_quotes(target.name)));
  }
  const bool has_server =
      mapping.has("engine") || std::any_of(kServerKeys.begin(), kServerKeys.end(),
                                           [&](std::string_view key) { return mapping.has(key); });
  if (has_server) {
    target.address = read_address(mapping, place, reading);
    target.counters = read_counters(mapping);
    target.slow_log_table = mapping.boolean("slow_log_table").value_or(false);
    if (target.slow_log_table && target.address->engine == Engine::PostgreSql) {
      mapping.mistake_at("slow_log_table",
                         "'slow_log_table' is for MySQL and MariaDB; PostgreSQL "
                         "has none: name its log files under 'logs'");
    }
  }
  mapping.for_each("logs", [&](const YAML::Node& node) {
    YamlMapping log = mapping.inner(node, "logs");
    target.logs.push_back(read_log(log));
    const std::filesystem::path& path = target.logs.back().path;
    if (!path.empty() && std::any_of(target.logs.begin(), std::prev(target.logs.end()),
                                     [&](const LogConfig& other) { return other.path == path; })) {
      log.mistake_at("path",
                     fmt::format("{} is already a log of this target", in_quotes(path.string())));
    }
  });
  const bool watches_server = has_server && (target.counters.enabled || target.slow_log_table);
  if (!watches_server && !mapping.has("logs")) {
    mapping.mistake(fmt::format(
        "the target {} has nothing to watch; give {}'logs'", in_quotes(target.name),
        has_server ? "counters: {enabled: true} or " : "'engine', 'host' and 'user', or "));
  }
  for (const std::string_view key : kServerKeys) {
    mapping.ignore(key);
  }
  mapping.ignore("engine");
  mapping.finish();
  return target;
}

}  // namespace unjam
