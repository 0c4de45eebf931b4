#include "unit/report/sample_report.h"

namespace unjam {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

TimePoint at(std::string_view text) { return *parse_time(text); }

}  // namespace

AnalysisReport stored_report() {
  AnalysisReport report = sample_report();
  report.inputs.clear();
  report.lock_waits.clear();
  report.deadlocks.clear();
  report.errors.clear();
  report.temporary_files.clear();
  report.notes.clear();
  report.ranked_by = "load";
  report.window = TimeRange{at("2024-05-18T02:00:00Z"), at("2024-05-18T14:00:00Z")};
  const Duration all = report.totals.query_time;
  report.totals = {};
  report.totals.statements = 45'600;
  report.totals.query_time = all;
  report.totals.fingerprints = 137;
  ReportHistory& history = report.history.emplace();
  history.sources = {{"archive", Source::Log, SourceChoice::Only, report.window->begin,
                      report.window->end - hours(1)},
                     {"replica", Source::Log, SourceChoice::Longer, report.window->begin,
                      report.window->end - hours(1)},
                     {"shop", Source::Counters, SourceChoice::Complete, report.window->begin,
                      report.window->end - hours(1)}};
  history.without = {"staging"};
  ReportPast& past = history.past.emplace();
  past.range = {at("2024-05-17T14:00:00Z"), report.window->begin};
  past.calls_before = 40'000;
  past.query_time_before = microseconds(8'000'000'000);
  past.calls = 45'600;
  past.query_time = all;
  past.not_compared = {"replica"};
  past.gone_classes = 4;
  past.gone = {{fingerprint_id("select gone"),
                "select a from gone where b = ?",
                {"gone"},
                77,
                microseconds(900'000'000)}};
  const Verdict verdicts[] = {Verdict::Worse, Verdict::New, Verdict::Better, Verdict::Same};
  const double before[] = {0.5, 0, 1.5, 1};
  for (std::size_t row = 0; row < 4; ++row) {
    ReportQuery& query = report.queries[row];
    query.last_seen.reset();
    query.query_time_min.reset();
    query.query_time_stddev_s.reset();
    query.comparison = {static_cast<std::uint64_t>(static_cast<double>(query.calls) * before[row]),
                        Duration(static_cast<std::int64_t>(
                            static_cast<double>(query.query_time.count()) * before[row])),
                        query.calls, query.query_time, verdicts[row]};
  }
  // Counters without a histogram.
  ReportQuery& untold = report.queries[2];
  untold.p50 = untold.p95 = untold.p99 = untold.query_time_max = std::nullopt;
  return report;
}

AnalysisReport nothing_stored_report() {
  AnalysisReport report;
  report.version = "1.2.3";
  report.ranked_by = "load";
  report.grouped_by = "fingerprint";
  report.window = TimeRange{at("2024-05-18T02:00:00Z"), at("2024-05-18T14:00:00Z")};
  report.history.emplace().available =
      TimeRange{at("2024-05-10T00:00:00Z"), at("2024-05-12T00:00:00Z")};
  return report;
}

ClassReport class_report() {
  ClassReport described;
  described.report = stored_report();
  ReportQuery query = described.report.queries[0];
  described.samples = {{"shop", *query.sample, {{"user", "app"}, {"tag:job", "DigestJob"}}},
                       {"archive", {"select ?", true, std::nullopt, std::nullopt, ""}, {}}};
  query.sample.reset();
  described.report.queries = {query};
  described.report.history->past->gone.clear();
  described.report.history->past->gone_classes = 0;
  described.report.errors = {{"1213",
                              "",
                              "Deadlock found when trying to get lock",
                              {},
                              "",
                              12,
                              at("2024-05-18T06:00:00Z"),
                              at("2024-05-18T09:00:00Z")}};
  described.latency = {{milliseconds(1), milliseconds(2), 300},
                       {milliseconds(2), milliseconds(5), 0},
                       {milliseconds(5), milliseconds(10), 9000},
                       {milliseconds(10), milliseconds(20), 3045}};
  described.latency_source = Source::Counters;
  described.targets = {
      {"shop", Source::Counters, 12'000, microseconds(4'000'000'000), milliseconds(900)},
      {"archive", Source::Log, 345, microseconds(338'123'456), std::nullopt}};
  return described;
}

DoctorReport doctor_report() {
  using State = DoctorCheck::State;
  DoctorReport report;
  report.version = "1.2.3";
  report.service = {
      {State::Ok, "reads store /var/lib/unjam/unjam.db (12.3 MB of at most 2147.5 MB)", "", "", ""},
      {State::Missing, "service answers on 127.0.0.1:9707", "nothing is recorded",
       "systemctl start unjam", ""}};
  report.targets = {{"shop",
                     "mysql://unjam@db1:3306",
                     "8.0.36",
                     {{State::Ok, "connects as unjam", "", "", ""}},
                     DoctorTarget::Poll{microseconds(830), milliseconds(4), 312}},
                    {"blog",
                     "postgresql://unjam@db2:5432",
                     "16.2",
                     {{State::Ok, "connects as unjam", "", "", ""},
                      {State::Missing, "reads what other roles execute (pg_read_all_stats)",
                       "statements of every role but unjam: 12 entries are hidden now",
                       "GRANT pg_read_all_stats TO unjam;\nSELECT pg_reload_conf();", ""}},
                     std::nullopt},
                    {"old",
                     "mysql://unjam@db3:3306",
                     "",
                     {{State::Unreachable, "connects as unjam",
                       "everything that the server tells itself", "check the host of the target",
                       "connecting failed: Unknown server host 'db3' (-2) (2005)"}},
                     std::nullopt}};
  return report;
}

AnalysisReport stored_with_text(const std::string& text) {
  AnalysisReport report = report_with_text(text);
  report.history = stored_report().history;
  for (ReportSource& source : report.history->sources) {
    source.target = text;
  }
  report.history->without = report.history->past->not_compared = {text};
  for (ReportGone& gone : report.history->past->gone) {
    gone.text = text;
    gone.tables = {text};
  }
  for (ReportQuery& query : report.queries) {
    query.comparison = {1, Duration(1), 2, Duration(2), Verdict::Worse};
  }
  return report;
}

ClassReport class_with_text(const std::string& text) {
  ClassReport described = class_report();
  described.report = stored_with_text(text);
  for (ClassTarget& target : described.targets) {
    target.target = text;
  }
  for (ClassExample& example : described.samples) {
    example.target = text;
    example.sample.sql = example.sample.parameters = text;
    example.attributes = {{text, text}};
  }
  return described;
}

DoctorReport doctor_with_text(const std::string& text) {
  DoctorReport report = doctor_report();
  for (DoctorTarget& target : report.targets) {
    target.name = target.address = target.server = text;
    for (DoctorCheck& check : target.checks) {
      check.what = check.lost = check.mend = check.why = text;
    }
  }
  return report;
}

}  // namespace unjam
