#include "app/commands.h"
#include "app/output.h"
#include "app/progress.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>
#include <re2/re2.h>

namespace unjam {
namespace {

class Re2Match : public TextMatch {
 public:
  explicit Re2Match(const std::string& pattern) : pattern_(pattern, RE2::Quiet) {
    if (!pattern_.ok()) {
      throw Error(ErrorKind::Usage,
                  fmt::format("--match {}: {}; see the RE2 syntax", pattern, pattern_.error()));
    }
  }
  bool matches(std::string_view text) const override {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern_);
  }

 private:
  RE2 pattern_;
};

void set_grouping(AnalyzeOptions& options) {
  AggregateOptions& aggregate = options.analysis.aggregate;
  const std::string& by = options.group_by;
  if (by == "fingerprint") {
    return;
  }
  if (by == "table") {
    options.rank.rows = RankRows::Tables;
    return;
  }
  options.rank.rows = RankRows::Groups;
  if (by == "user") {
    aggregate.group_by = GroupBy::User;
  } else if (by == "host") {
    aggregate.group_by = GroupBy::Host;
  } else if (by == "database") {
    aggregate.group_by = GroupBy::Database;
  } else {
    aggregate.group_by = GroupBy::Tag;
    if (by.starts_with("tag:")) {
      aggregate.group_tag = by.substr(4);
    } else if (by == "job" || by == "controller" || by == "action") {
      aggregate.group_tag = by;
    }
    if (aggregate.group_tag.empty()) {
      throw Error(ErrorKind::Usage,
                  fmt::format("--group-by {}: not fingerprint, user, host, database, "
                              "table, job, controller, action or tag:KEY",
                              by));
    }
  }
}

/// Throws Error{Usage} where no log tells what the ranking is to be sorted by. Time is the default:
/// without it the ranking is by calls, and says so.
void require_measure(const Aggregator& seen, RankBy by) {
  const std::vector<RankBy> told = told_measures(seen);
  if (by == RankBy::Time || told.empty() || std::find(told.begin(), told.end(), by) != told.end()) {
    return;
  }
  std::string names;
  for (const RankBy one : told) {
    names += names.empty() ? "" : ", ";
    names += to_string(one);
  }
  throw Error(ErrorKind::Usage, fmt::format("--by {}: the log does not tell it; use one of {}",
                                            to_string(by), names));
}

LintVerdict judge(const Aggregator& seen, const Linter& linter, const std::string& severity,
                  const AnalysisReport& report) {
  std::unordered_set<FingerprintId> shown;
  for (const ReportQuery& query : report.queries) {
    shown.insert(query.id);
  }
  LintVerdict verdict;
  verdict.severity = severity;
  for (const FingerprintId id : classes_with_findings(seen, linter, severity)) {
    ++verdict.classes;
    verdict.not_shown += shown.contains(id) ? 0U : 1U;
  }
  return verdict;
}

}  // namespace

int run_analyze(AnalyzeOptions options) {
  const Normalizer normalizer(load_normalize_rules(options.rules.directory), options.rules.enable);
  FingerprintCache fingerprints(normalizer);
  std::optional<Linter> linter;
  set_grouping(options);
  if (!options.fail_on.empty() && options.group_by != "fingerprint") {
    throw Error(ErrorKind::Usage,
                fmt::format("--fail-on {}: lint judges query classes, not rows by {}; leave out "
                            "--group-by or --fail-on",
                            options.fail_on, options.group_by));
  }
  if (options.group_by == "fingerprint") {
    linter.emplace(load_lint_rules(options.rules.directory));
  }
  std::unique_ptr<Re2Match> match;
  if (!options.match.empty()) {
    match = std::make_unique<Re2Match>(options.match);
    options.analysis.aggregate.filter.match = match.get();
  }
  Analysis analysis;
  {
    ProgressLine progress(options.paths);
    options.analysis.progress = progress.callback();
    analysis = analyze_logs(options.paths, fingerprints, options.analysis);
  }
  int exit_code = 0;
  for (const Error& failure : analysis.failures) {
    report_failure(failure.what());
    exit_code = std::max(exit_code, exit_code_of(failure.kind()));
  }
  if (analysis.inputs.empty()) {
    return exit_code;
  }
  const Aggregator nothing(fingerprints, Dialect::MySql, options.analysis.aggregate);
  const Aggregator& seen = analysis.seen ? *analysis.seen : nothing;
  require_measure(seen, options.rank.by);
  options.rank.japanese = options.language == Language::Japanese;
  AnalysisReport report = rank_heaviest(seen, options.rank, linter ? &*linter : nullptr);
  report.version = UNJAM_VERSION;
  report.grouped_by = options.group_by;
  report.inputs = std::move(analysis.inputs);
  if (!options.rank.show_literals) {
    for (ReportInput& input : report.inputs) {
      for (auto& [reason, sample] : input.skipped_samples) {
        sample = mask_error_message(sample);
      }
    }
  }
  if (seen.samples_dropped() > 0) {
    report.notes.push_back(fmt::format("samples of {} light classes were dropped to bound memory",
                                       seen.samples_dropped()));
  }
  if (linter && !options.fail_on.empty()) {
    report.verdict = judge(seen, *linter, options.fail_on, report);
  }
  write_output(render_report(report, {options.output, options.language, options.colour}));
  flush_output();
  const bool failed = report.verdict && report.verdict->classes > 0;
  return exit_code == 0 && failed ? 1 : exit_code;
}

}  // namespace unjam
