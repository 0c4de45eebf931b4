#include "app/clock.h"
#include "app/command_line.h"
#include "app/output.h"
#include "app/server_snapshot.h"
#include "app/stored_options.h"
#include "unjam/config/rules.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/rank/top.h"

#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

class TopCommand : public Command {
 public:
  explicit TopCommand(CLI::App& app)
      : Command(*app.add_subcommand("top", "Heaviest query classes of the recorded history")) {
    command().footer("Example: unjam top --since 7d --by load --group-by job");
    stored_.add_to(command(), {"text", "json", "markdown", "html", "csv"});
    command().add_option("--dsn", dsn_,
                         "Ask this server's own counters, without a service: "
                         "mysql://user:pw@host:port, postgresql://...");
    command().add_option("--by", by_, "Rank by " + top_by_names());
    command().add_option(
        "--group-by", group_,
        "fingerprint, job, controller, action, user, database, host, target, table or tag:KEY");
    command()
        .add_option("--top", options_.top, "Rows to show; 0 shows all")
        ->check([](const std::string& text) {
          return text.starts_with('-') ? "write 0 or more rows" : std::string();
        });
  }

  int run() override {
    const Rendering rendering = stored_.rendering();
    understand(rendering);
    AnalysisReport report = dsn_.empty() ? from_store() : from_server();
    report.version = UNJAM_VERSION;
    write_output(render_report(report, rendering));
    flush_output();
    return 0;
  }

 private:
  void understand(const Rendering& rendering) {
    if (by_ == "cost") {
      throw Error(ErrorKind::Usage,
                  "--by cost: unjam does not know what this database costs; rank by load, which "
                  "the bill follows, or by one of " +
                      top_by_names());
    }
    const auto by = parse_top_by(by_);
    if (!by) {
      throw Error(ErrorKind::Usage, fmt::format("--by {}: not one of {}", by_, top_by_names()));
    }
    const auto group = parse_top_group(group_);
    if (!group) {
      throw Error(ErrorKind::Usage,
                  fmt::format("--group-by {}: not fingerprint, job, controller, action, user, "
                              "database, host, target, table or tag:KEY",
                              group_));
    }
    options_.by = *by;
    options_.group = *group;
    options_.source = stored_.source();
    options_.targets = stored_.targets();
    options_.show_literals = stored_.show_literals();
    options_.japanese = rendering.language == Language::Japanese;
  }

  AnalysisReport from_store() {
    options_.range = stored_.range(system_now());
    const std::unique_ptr<StoreReader> store = stored_.open();
    return rank_top(*store, options_, [this] { return stored_.linter(); });
  }

  AnalysisReport from_server() {
    if (stored_.chooses_store() || options_.source == Source::Log) {
      throw Error(ErrorKind::Usage,
                  "--dsn asks the server's counters since they began; leave out --config, --store, "
                  "--target, --since, --until and --source log");
    }
    const Normalizer normalizer(load_normalize_rules(stored_.rules().directory),
                                stored_.rules().enable);
    ServerSnapshot server = read_server(parse_dsn(dsn_), normalizer);
    const TimePoint end = server.at + std::chrono::minutes(1);
    options_.range = {server.since ? std::min(*server.since, server.at) : server.at, end};
    options_.cumulative = true;
    AnalysisReport report = rank_top(*server.store, options_, [this] { return stored_.linter(); });
    report.history->since = server.since;
    report.notes = std::move(server.warnings);
    // Sums since the server's statistics began tell neither a course nor a first time.
    report.trend = {};
    for (ReportQuery& query : report.queries) {
      query.trend = {};
      query.first_seen.reset();
    }
    if (!server.since) {
      report.window.reset();
    } else if (report.window) {
      report.window->end = std::max(server.asked, report.window->begin);
    }
    return report;
  }

  StoredOptions stored_;
  TopOptions options_;
  std::string dsn_;
  std::string by_ = "load";
  std::string group_ = "fingerprint";
};

}  // namespace

std::unique_ptr<Command> add_top(CLI::App& app) { return std::make_unique<TopCommand>(app); }

}  // namespace unjam
