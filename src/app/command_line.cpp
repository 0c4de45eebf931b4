#include "app/command_line.h"

#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

std::chrono::seconds parse_utc_offset(const std::string& text) {
  const auto at = parse_time("2000-01-01T12:00:00" + text);
  if (!at || text.empty()) {
    throw Error(ErrorKind::Usage, fmt::format("--utc-offset {}: write Z, +09:00 or -05:30", text));
  }
  const auto noon = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1) + std::chrono::hours(12);
  return std::chrono::duration_cast<std::chrono::seconds>(noon - *at);
}

}  // namespace

TimePoint parse_moment(const std::string& option, const std::string& text,
                       const std::string& utc_offset) {
  for (const std::string& zoned :
       {text + utc_offset, fmt::format("{}T00:00:00{}", text, utc_offset), text}) {
    if (const auto at = parse_time(zoned)) {
      return *at;
    }
  }
  if (const auto age = parse_age(text)) {
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return now - *age;
  }
  throw Error(
      ErrorKind::Usage,
      fmt::format(
          "{} {}: not a time; write 2026-11-22T09:00:00Z, 2026-11-22 or an age such as 24h or 7d",
          option, text));
}

void InputTexts::add_to(CLI::App& command) {
  std::vector<std::string> formats = log_format_names();
  formats.insert(formats.begin(), "auto");
  command.add_option("--format", format, "Log format; auto finds it out by content")
      ->check(CLI::IsMember(formats));
  command.add_option("--log-line-prefix", prefix,
                     "PostgreSQL's log_line_prefix; found out if not given");
  command.add_option("--dialect", dialect, "How to read MySQL statements; found out if not given")
      ->check(CLI::IsMember({"mysql", "mysql-ansi", "mariadb"}));
  command.add_option("--utc-offset", utc_offset,
                     "Zone of times written without one (+09:00); default UTC");
}

InputOptions InputTexts::parse() const {
  InputOptions input;
  input.format = parse_log_format(format);
  input.reader.dialect = parse_dialect(dialect);
  if (!prefix.empty()) {
    input.reader.log_line_prefix = prefix;
  }
  if (!utc_offset.empty()) {
    input.reader.utc_offset = parse_utc_offset(utc_offset);
  }
  return input;
}

void add_config(CLI::App& command, std::filesystem::path& path) {
  command.add_option("--config", path,
                     "Configuration; default: /etc/unjam/unjam.yaml, then "
                     "$XDG_CONFIG_HOME/unjam/unjam.yaml");
}

std::filesystem::path config_path(const std::filesystem::path& path) {
  if (!path.empty()) {
    return path;
  }
  if (const auto found = find_config()) {
    return *found;
  }
  throw Error(
      ErrorKind::Usage,
      "no configuration: neither /etc/unjam/unjam.yaml nor $XDG_CONFIG_HOME/unjam/unjam.yaml "
      "exists; write one after deploy/unjam.example.yaml, or give --config FILE");
}

void add_rules(CLI::App& command, RuleOptions& rules) {
  command
      .add_option("--rules", rules.directory,
                  "Directory with rules to use instead of the built-in ones")
      ->check(CLI::ExistingDirectory);
  command
      .add_option("--enable", rules.enable,
                  "Opt-in normalisation rule, for example numbered-tables")
      ->allow_extra_args(false);
}

}  // namespace unjam
