#include "app/command_line.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

class AnalyzeCommand : public Command {
 public:
  explicit AnalyzeCommand(CLI::App& app)
      : Command(*app.add_subcommand("analyze", "Rank the heaviest query classes of slow logs")) {
    command().footer("Example: unjam analyze --top 5 --since 24h /var/log/mysql/slow.log");
    command()
        .add_option("FILE", options_.paths,
                    "Logs of any supported format, also .gz and .zst; - is standard input")
        ->required();
    input_.add_to(command());
    add_rules(command(), options_.rules);
    command().add_option("--by", by_, "Rank by " + rank_by_names());
    command().add_option(
        "--group-by", options_.group_by,
        "fingerprint, user, host, database, table, job, controller, action or tag:KEY");
    command()
        .add_option("--top", options_.rank.top, "Rows to show; 0 shows all")
        ->check([](const std::string& text) {
          return text.starts_with('-') ? "write 0 or more rows" : std::string();
        });
    command().add_option("--since", since_,
                         "Only what ended at or after this time, or age (24h, 7d)");
    command().add_option("--until", until_, "Only what ended before this time, or age");
    AggregateOptions& aggregate = options_.analysis.aggregate;
    command()
        .add_option("--database", aggregate.filter.databases, "Only this database; may be repeated")
        ->allow_extra_args(false);
    command()
        .add_option("--user", aggregate.filter.users, "Only this user; may be repeated")
        ->allow_extra_args(false);
    command()
        .add_option("--tag", tags_, "Only statements with this query tag, KEY=VALUE")
        ->allow_extra_args(false);
    command().add_option("--match", options_.match,
                         "Only statements whose text or fingerprint matches this RE2");
    command()
        .add_option("--output", output_, "text, json, markdown, html or csv")
        ->check(CLI::IsMember({"text", "json", "markdown", "html", "csv"}));
    command().add_option("--lang", language_, "en or ja")->check(CLI::IsMember({"en", "ja"}));
    command().add_flag("--show-literals", options_.rank.show_literals,
                       "Show values in samples and messages");
    command()
        .add_option("--color", options_.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command()
        .add_option("--fail-on", options_.fail_on,
                    "Exit 1 if a lint finding is at least this severe")
        ->check(CLI::IsMember({"info", "warning", "error"}));
    command()
        .add_option("--threads", threads_, "Threads that read one log; default: one per core")
        ->check(CLI::Range(1, 256));
  }

  int run() override {
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

}  // namespace

std::unique_ptr<Command> add_analyze(CLI::App& app) {
  return std::make_unique<AnalyzeCommand>(app);
}

}  // namespace unjam
