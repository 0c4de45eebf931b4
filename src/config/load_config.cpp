#include "config/config_values.h"
#include "config/parse_config.h"
#include "config/server_values.h"
#include "unjam/base/error.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::hours;

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
// Configuration is written by people; a larger file is something else.
constexpr std::uint64_t kLargestFile = 4 * kMegabyte;

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLogLevels = {{
    {"debug", LogLevel::Debug},
    {"info", LogLevel::Info},
    {"warning", LogLevel::Warning},
    {"error", LogLevel::Error},
}};

void read_store(YamlMapping& root, StoreConfig& store) {
  const auto node = root.mapping("store");
  if (!node) {
    return;
  }
  YamlMapping mapping = root.inner(*node, "store");
  store.path = read_path(mapping, "path").value_or(store.path);
  store.max_bytes = read_size(mapping, "max_size", 16 * kMegabyte, std::uint64_t{64} << 40)
                        .value_or(store.max_bytes);
  store.keep_minutes =
      read_duration(mapping, "keep_minutes", hours(1), days(3660)).value_or(store.keep_minutes);
  store.keep_hours =
      read_duration(mapping, "keep_hours", hours(1), days(3660)).value_or(store.keep_hours);
  store.keep_days =
      read_duration(mapping, "keep_days", days(1), days(3660)).value_or(store.keep_days);
  if (store.keep_minutes > store.keep_hours || store.keep_hours > store.keep_days) {
    mapping.mistake(
        fmt::format("what is coarser must be kept as long or longer: keep_minutes {} ≤ "
                    "keep_hours {} ≤ keep_days {} does not hold",
                    duration_text(store.keep_minutes), duration_text(store.keep_hours),
                    duration_text(store.keep_days)));
  }
  store.samples_per_class =
      mapping.whole("samples_per_class", 0, 1000).value_or(store.samples_per_class);
  store.mask_samples = mapping.boolean("mask_samples").value_or(store.mask_samples);
  mapping.finish();
}

void read_http(YamlMapping& root, const YamlPlace& place, HttpConfig& http, Mistakes& warnings) {
  const auto node = root.mapping("http");
  if (!node) {
    return;
  }
  YamlMapping mapping = root.inner(*node, "http");
  http.enabled = mapping.boolean("enabled").value_or(http.enabled);
  http.address = mapping.text("address").value_or(http.address);
  if (!is_host(http.address)) {
    mapping.mistake_at("address",
                       fmt::format("'address' is {}, which is neither a name nor an address",
                                   in_quotes(http.address)));
  } else if (!is_loopback(http.address)) {
    warnings.add(place.file, mapping.line(),
                 fmt::format("http is open to the network at {} and asks nobody for a password; "
                             "better 127.0.0.1 behind a proxy",
                             http.address));
  }
  http.port = static_cast<std::uint16_t>(mapping.whole("port", 1, 65535).value_or(http.port));
  mapping.finish();
}

void read_root(YamlMapping& root, const YamlPlace& place, const TargetReading& reading,
               Config& config) {
  read_store(root, config.store);
  read_http(root, place, config.http, reading.warnings);
  if (const auto name = root.text("log_level")) {
    bool known = false;
    for (const auto& [level_name, level] : kLogLevels) {
      if (*name == level_name) {
        config.log_level = level;
        known = true;
      }
    }
    if (!known) {
      root.mistake_at("log_level",
                      fmt::format("unknown log_level {}; known are debug, info, warning, error",
                                  in_quotes(*name)));
    }
  }
  config.rules = read_path(root, "rules").value_or("");
  config.enable_rules = root.texts("enable_rules");
  std::map<std::string, std::size_t> lines;
  root.for_each("targets", [&](const YAML::Node& node) {
    YamlMapping mapping = root.inner(node, "targets");
    TargetConfig target = read_target(mapping, place, reading);
    const auto [other, is_new] = lines.emplace(target.name, target.line);
    if (!is_new && !target.name.empty()) {
      mapping.mistake_at("name", fmt::format("the name {} is taken by the target at line {}; give "
                                             "each its own",
                                             in_quotes(target.name), other->second));
    }
    config.targets.push_back(std::move(target));
  });
  if (!root.has_elements("targets")) {
    root.mistake_at("targets", "'targets' is missing or empty: there is nothing to watch");
  }
}

/// The file's text, or Error{Unreachable, Denied, Usage}.
std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const int reason = errno;
  std::error_code failure;
  const bool folder = fs::is_directory(path, failure);
  std::string text;
  if (stream && !folder) {
    text.resize(kLargestFile + 1);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
  }
  if (text.size() > kLargestFile) {
    throw Error(ErrorKind::Usage, fmt::format("{}: larger than a configuration can be ({} bytes)",
                                              path.string(), kLargestFile));
  }
  if (folder || stream.bad() || !stream.eof()) {
    throw Error(reason == EACCES ? ErrorKind::Denied : ErrorKind::Unreachable,
                fmt::format("cannot read the configuration {}: {}; see --config", path.string(),
                            folder ? "it is a folder" : std::generic_category().message(reason)));
  }
  return text;
}

bool readable_by_all(const fs::path& path) {
  std::error_code failure;
  const fs::perms rights = fs::status(path, failure).permissions();
  return !failure && (rights & fs::perms::others_read) != fs::perms::none;
}

}  // namespace

CheckedConfig parse_config(const RuleFile& file, Secrets secrets, bool readable_by_all,
                           std::set<std::string>* known) {
  CheckedConfig result;
  Mistakes mistakes;
  Mistakes warnings;
  bool read = false;
  read_yaml(
      file, mistakes,
      [&](YamlMapping& root, const YamlPlace& place) {
        read = true;
        read_root(root, place, {secrets, readable_by_all, warnings}, result.config);
      },
      "the configuration", "targets", known);
  if (!read && mistakes.empty()) {
    mistakes.add(file.name, 0, "is empty; deploy/unjam.example.yaml shows what it may hold");
  }
  result.mistakes = mistakes.lines();
  result.warnings = warnings.lines();
  return result;
}

CheckedConfig check_config(const fs::path& path, Secrets secrets) {
  return parse_config({path.string(), read_text(path)}, secrets, readable_by_all(path));
}

Config accept(CheckedConfig checked) {
  if (checked.mistakes.size() > 1) {
    throw Error(ErrorKind::Usage,
                fmt::format("{} mistakes in the configuration: {}", checked.mistakes.size(),
                            fmt::join(checked.mistakes, "; ")));
  }
  if (!checked.mistakes.empty()) {
    throw Error(ErrorKind::Usage, checked.mistakes.front());
  }
  return std::move(checked.config);
}

Config load_config(const fs::path& path, Secrets secrets) {
  return accept(check_config(path, secrets));
}

}  // namespace unjam
