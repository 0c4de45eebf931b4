#include "app/stored_options.h"

#include "app/command_line.h"
#include "unjam/base/error.h"

#include <chrono>

#include <fmt/format.h>

namespace unjam {

void StoredOptions::add_to(CLI::App& command, const std::vector<std::string>& outputs) {
  add_config(command, config_);
  command.add_option("--store", store_, "Read this store instead of the configuration's");
  command.add_option("--target", targets_, "Only this target; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--since", since_, "From this time on, or age (24h, 7d); default: 24h");
  command.add_option("--until", until_, "Up to this time, or age; default: now");
  command
      .add_option("--source", source_,
                  "log, counters, or auto: of each target the one that is complete and tells more")
      ->check(CLI::IsMember({"auto", "log", "counters"}));
  command.add_flag("--show-literals", show_literals_, "Show values in samples that are stored so");
  command
      .add_option("--rules", rules_.directory,
                  "Directory with rules to use instead of the configuration's")
      ->check(CLI::ExistingDirectory);
  command.add_option("--output", output_, fmt::format("{}", fmt::join(outputs, ", ")))
      ->check(CLI::IsMember(outputs));
  command.add_option("--lang", language_, "en or ja")->check(CLI::IsMember({"en", "ja"}));
  command.add_option("--color", colour_, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

std::unique_ptr<StoreReader> StoredOptions::open() {
  if (!store_.empty()) {
    return open_store_reader(store_);
  }
  if (!config_.empty() || find_config()) {
    // Nothing is connected to: secrets are not for everyone who may read numbers.
    const Config config = load_config(config_path(config_), Secrets::Skip);
    if (rules_.directory.empty()) {
      rules_.directory = config.rules;
      rules_.enable = config.enable_rules;
    }
    return open_store_reader(config.store.path);
  }
  const std::filesystem::path usual = StoreConfig().path;
  if (std::error_code error; std::filesystem::exists(usual, error)) {
    return open_store_reader(usual);
  }
  throw Error(ErrorKind::Usage,
              fmt::format("no store: there is neither a configuration (/etc/unjam/unjam.yaml, "
                          "$XDG_CONFIG_HOME/unjam/unjam.yaml) nor {}; give --config FILE or "
                          "--store FILE, or look at a server with unjam top --dsn URL",
                          usual.string()));
}

TimeRange StoredOptions::range(TimePoint now) const {
  TimeRange range{now - std::chrono::hours(24), now};
  if (!until_.empty()) {
    range.end = parse_moment("--until", until_, "");
    range.begin = range.end - std::chrono::hours(24);
  }
  if (!since_.empty()) {
    range.begin = parse_moment("--since", since_, "");
  }
  if (range.begin >= range.end) {
    throw Error(ErrorKind::Usage, fmt::format("--since {} is not before --until {}",
                                              since_.empty() ? "(24 h before)" : since_,
                                              until_.empty() ? "(now)" : until_));
  }
  return range;
}

std::optional<Source> StoredOptions::source() const {
  if (source_ == "auto") {
    return std::nullopt;
  }
  return source_ == "log" ? Source::Log : Source::Counters;
}

Rendering StoredOptions::rendering() const {
  return {parse_output(output_), language_ == "ja" ? Language::Japanese : Language::English,
          colour_};
}

const Linter* StoredOptions::linter() {
  if (!linter_) {
    linter_.emplace(load_lint_rules(rules_.directory));
  }
  return &*linter_;
}

bool StoredOptions::chooses_store() const {
  return !config_.empty() || !store_.empty() || !targets_.empty() || !since_.empty() ||
         !until_.empty();
}

OutputFormat parse_output(const std::string& name) {
  if (name == "json") {
    return OutputFormat::Json;
  }
  if (name == "markdown") {
    return OutputFormat::Markdown;
  }
  if (name == "html") {
    return OutputFormat::Html;
  }
  return name == "csv" ? OutputFormat::Csv : OutputFormat::Text;
}

}  // namespace unjam
