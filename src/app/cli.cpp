#include "app/commands.h"
#include "app/output.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace unjam {
namespace {

/// A point in time, in the zone `utc_offset` if it names none, or an age before now.
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

std::chrono::seconds parse_utc_offset(const std::string& text) {
  const auto at = parse_time("2000-01-01T12:00:00" + text);
  if (!at || text.empty()) {
    throw Error(ErrorKind::Usage, fmt::format("--utc-offset {}: write Z, +09:00 or -05:30", text));
  }
  const auto noon = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1) + std::chrono::hours(12);
  return std::chrono::duration_cast<std::chrono::seconds>(noon - *at);
}

/// Text of the options as typed, before it is understood.
struct InputTexts {
  std::string format = "auto";
  std::string prefix;
  std::string dialect;
  std::string utc_offset;

  void add_to(CLI::App& command) {
    std::vector<std::string> formats = log_format_names();
    formats.insert(formats.begin(), "auto");
    command.add_option("--format", format, "Log format; auto finds it out by content")
        ->check(CLI::IsMember(formats));
    command.add_option("--log-line-prefix", prefix,
                       "PostgreSQL's log_line_prefix; found out if not given");
    command
        .add_option("--dialect", dialect, "How to read MySQL statements; found out if not given")
        ->check(CLI::IsMember({"mysql", "mysql-ansi", "mariadb"}));
    command.add_option("--utc-offset", utc_offset,
                       "Zone of times written without one (+09:00); default UTC");
  }

  InputOptions parse() const {
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
};

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

class AnalyzeCommand {
 public:
  explicit AnalyzeCommand(CLI::App& app)
      : command_(*app.add_subcommand("analyze", "Rank the heaviest query classes of slow logs")) {
    command_.footer("Example: unjam analyze --top 5 --since 24h /var/log/mysql/slow.log");
    command_
        .add_option("FILE", options_.paths,
                    "Logs of any supported format, also .gz and .zst; - is standard input")
        ->required();
    input_.add_to(command_);
    add_rules(command_, options_.rules);
    command_.add_option("--by", by_, "Rank by " + rank_by_names());
    command_.add_option(
        "--group-by", options_.group_by,
        "fingerprint, user, host, database, table, job, controller, action or tag:KEY");
    command_.add_option("--top", options_.rank.top, "Rows to show; 0 shows all")
        ->check([](const std::string& text) {
          return text.starts_with('-') ? "write 0 or more rows" : std::string();
        });
    command_.add_option("--since", since_,
                        "Only what ended at or after this time, or age (24h, 7d)");
    command_.add_option("--until", until_, "Only what ended before this time, or age");
    AggregateOptions& aggregate = options_.analysis.aggregate;
    command_
        .add_option("--database", aggregate.filter.databases, "Only this database; may be repeated")
        ->allow_extra_args(false);
    command_.add_option("--user", aggregate.filter.users, "Only this user; may be repeated")
        ->allow_extra_args(false);
    command_.add_option("--tag", tags_, "Only statements with this query tag, KEY=VALUE")
        ->allow_extra_args(false);
    command_.add_option("--match", options_.match,
                        "Only statements whose text or fingerprint matches this RE2");
    command_.add_option("--output", output_, "text, json, markdown, html or csv")
        ->check(CLI::IsMember({"text", "json", "markdown", "html", "csv"}));
    command_.add_option("--lang", language_, "en or ja")->check(CLI::IsMember({"en", "ja"}));
    command_.add_flag("--show-literals", options_.rank.show_literals,
                      "Show values in samples and messages");
    command_.add_option("--color", options_.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command_
        .add_option("--fail-on", options_.fail_on,
                    "Exit 1 if a lint finding is at least this severe")
        ->check(CLI::IsMember({"info", "warning", "error"}));
    command_.add_option("--threads", threads_, "Threads that read one log; default: one per core")
        ->check(CLI::Range(1, 256));
  }

  bool chosen() const { return command_.parsed(); }

  int run() {
    options_.analysis.input = input_.parse();
    const auto by = parse_rank_by(by_);
    if (!by) {
      throw Error(ErrorKind::Usage, fmt::format("--by {}: not one of {}", by_, rank_by_names()));
    }
    options_.rank.by = *by;
    EventFilter& filter = options_.analysis.aggregate.filter;
    if (!since_.empty()) {
      filter.since = parse_moment("--since", since_, input_.utc_offset);
    }
    if (!until_.empty()) {
      filter.until = parse_moment("--until", until_, input_.utc_offset);
    }
    options_.rank.since = filter.since;
    options_.rank.until = filter.until;
    for (const std::string& tag : tags_) {
      const std::size_t equals = tag.find('=');
      if (equals == std::string::npos || equals == 0) {
        throw Error(ErrorKind::Usage, fmt::format("--tag {}: write KEY=VALUE", tag));
      }
      filter.tags.emplace_back(tag.substr(0, equals), tag.substr(equals + 1));
    }
    if (output_ == "json") {
      options_.output = OutputFormat::Json;
    } else if (output_ == "markdown") {
      options_.output = OutputFormat::Markdown;
    } else if (output_ == "html") {
      options_.output = OutputFormat::Html;
    } else if (output_ == "csv") {
      options_.output = OutputFormat::Csv;
    }
    options_.language = language_ == "ja" ? Language::Japanese : Language::English;
    options_.analysis.threads = threads_ > 0 ? static_cast<std::size_t>(threads_)
                                             : std::max(1U, std::thread::hardware_concurrency());
    return run_analyze(std::move(options_));
  }

 private:
  CLI::App& command_;
  AnalyzeOptions options_;
  InputTexts input_;
  std::string by_ = "time";
  std::string since_;
  std::string until_;
  std::vector<std::string> tags_;
  std::string output_ = "text";
  std::string language_ = "en";
  int threads_ = 0;
};

class EventsCommand {
 public:
  explicit EventsCommand(CLI::App& app)
      : command_(*app.add_subcommand("events", "Print every record of a log as a JSON line")) {
    command_.footer("Example: unjam events slow.log | jq 'select(.query_time_us > 1e6)'");
    command_
        .add_option("FILE", options_.paths, "Logs of any supported format; - is standard input")
        ->required();
    input_.add_to(command_);
    add_rules(command_, options_.rules);
    command_.add_flag("--mask", options_.mask,
                      "Replace literals and leave out parameters and plans");
  }
  bool chosen() const { return command_.parsed(); }
  int run() {
    options_.input = input_.parse();
    return run_events(options_);
  }

 private:
  CLI::App& command_;
  EventsOptions options_;
  InputTexts input_;
};

class FingerprintCommand {
 public:
  explicit FingerprintCommand(CLI::App& app)
      : command_(
            *app.add_subcommand("fingerprint", "Fingerprints of statements on standard input")) {
    command_.footer("Example: echo 'SELECT 1' | unjam fingerprint --dialect mysql");
    command_.add_option("--dialect", dialect_, "mysql, mysql-ansi, mariadb or postgresql")
        ->check(CLI::IsMember({"mysql", "mysql-ansi", "mariadb", "postgresql"}));
    command_.add_flag("-0", options_.nul_separated,
                      "Statements are separated by NUL, not by line feed");
    command_.add_flag("--jsonl", options_.json_lines, "JSON lines in and out");
    add_rules(command_, options_.rules);
  }
  bool chosen() const { return command_.parsed(); }
  int run() {
    options_.dialect = *parse_dialect(dialect_);
    return run_fingerprint(options_);
  }

 private:
  CLI::App& command_;
  FingerprintOptions options_;
  std::string dialect_ = "mysql";
};

}  // namespace

int run_cli(int argc, const char* const* argv) {
  CLI::App app("unjam finds the queries that jam a database.", "unjam");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("unjam ") + UNJAM_VERSION);
  AnalyzeCommand analyze(app);
  EventsCommand events(app);
  FingerprintCommand fingerprint(app);
  CLI::App* version =
      app.add_subcommand("version", "Print the version")->footer("Example: unjam version");
  CLI::App* completion =
      app.add_subcommand("completion", "Print a shell completion script")
          ->footer("Example: unjam completion bash > /etc/bash_completion.d/unjam");
  std::string shell;
  completion->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    report_failure(fmt::format("no command {}; there are {}", argv[1], fmt::join(names, ", ")));
    return 2;
  }
  try {
    app.parse(argc, argv);
    if (analyze.chosen()) {
      return analyze.run();
    }
    if (events.chosen()) {
      return events.run();
    }
    if (fingerprint.chosen()) {
      return fingerprint.run();
    }
    if (version->parsed()) {
      write_output(std::string("unjam ") + UNJAM_VERSION + '\n');
      flush_output();
      return 0;
    }
    return run_completion(app, shell);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      return app.exit(error);
    }
    report_failure(std::string(error.what()) + "; see unjam --help");
    return 2;
  } catch (const Error& error) {
    report_failure(error.what());
    return exit_code_of(error.kind());
  } catch (const std::exception& error) {
    report_failure(std::string("internal error: ") + error.what());
    return 4;
  }
}

}  // namespace unjam
