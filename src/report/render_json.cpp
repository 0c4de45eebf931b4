// The contract of `analyze --output json`: fields are added, never renamed. What a format does not
// tell is absent, so each optional and each empty map of origins is left out rather than written as
// zero.
#include "report/facts.h"
#include "report/figures.h"
#include "report/json_history.h"
#include "report/json_parts.h"
#include "report/json_writer.h"
#include "unjam/report/render.h"

namespace unjam {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

void write_time(JsonWriter& json, std::string_view name, const std::optional<TimePoint>& at) {
  if (at) {
    json.string(name, format_time(*at));
  }
}

void write_present(JsonWriter& json, std::string_view name, std::string_view text) {
  if (!text.empty()) {
    json.string(name, text);
  }
}

void write_statement(JsonWriter& json, FingerprintId id, std::string_view fingerprint) {
  if (id.value != 0) {
    json.string("fingerprint_id", id.hex());
  }
  write_present(json, "fingerprint", fingerprint);
}

void write_counts(JsonWriter& json, std::string_view name, const Counts& counts) {
  json.key(name);
  json.begin_object();
  for (const auto& [key, count] : counts) {
    json.count(key, count);
  }
  json.end_object();
}

void write_origin(JsonWriter& json, std::string_view name, const Counts& counts) {
  if (!counts.empty()) {
    write_counts(json, name, counts);
  }
}

void write_sum(JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& sum) {
  if (sum) {
    json.key(name);
    json.begin_object();
    json.count("sum", *sum);
    json.end_object();
  }
}

void write_trend(JsonWriter& json, const Trend& trend) {
  if (trend.query_time_s.empty()) {
    return;
  }
  json.key("trend");
  json.begin_object();
  json.string("begin", format_time(trend.begin));
  json.number("slice_s", exact_seconds(trend.slice));
  json.key("query_time_s");
  json.begin_array();
  for (const double seconds : trend.query_time_s) {
    json.number(exact_ratio(seconds));
  }
  json.end_array();
  json.end_object();
}

void write_input(JsonWriter& json, const ReportInput& input) {
  json.begin_object();
  json.string("path", input.path);
  write_present(json, "format", input.format);
  json.count("bytes", input.bytes);
  json.count("events", input.events);
  write_counts(json, "skipped", input.skipped);
  if (!input.skipped_samples.empty()) {
    json.key("skipped_samples");
    json.begin_object();
    for (const auto& [reason, sample] : input.skipped_samples) {
      json.string(reason, sample);
    }
    json.end_object();
  }
  write_time(json, "first", input.first);
  write_time(json, "last", input.last);
  json.end_object();
}

void write_totals(JsonWriter& json, const AnalysisReport& report) {
  const ReportTotals& totals = report.totals;
  json.key("totals");
  json.begin_object();
  if (!report.history) {
    json.count("events", totals.events);
    json.key("event_time_us");
    json.micros(totals.event_time);
  }
  json.count("statements", totals.statements);
  json.key("query_time_us");
  json.micros(totals.query_time);
  if (totals.lock_time) {
    json.key("lock_time_us");
    json.micros(*totals.lock_time);
  }
  if (totals.fingerprints) {
    json.count("fingerprints", *totals.fingerprints);
  }
  if (!rows_are_statements(report)) {
    json.count("groups", all_rows(report));
  }
  if (!report.history) {
    json.count("admin", totals.admin);
    json.count("throttled", totals.throttled);
    json.count("errors", totals.errors);
    json.count("lock_waits", totals.lock_waits);
    json.count("deadlocks", totals.deadlocks);
    json.count("temporary_files", totals.temporary_files);
  }
  if (totals.rate_limit > 1) {
    json.count("rate_limit", totals.rate_limit);
  }
  if (const auto average = load(report)) {
    json.number("load", exact_ratio(*average));
  }
  json.end_object();
}

void write_query_time(JsonWriter& json, const ReportQuery& query) {
  json.key("query_time_s");
  json.begin_object();
  const auto told = [&](std::string_view name, const auto& seconds) {
    if (seconds) {
      json.number(name, exact_seconds(*seconds));
    }
  };
  json.number("sum", exact_seconds(query.query_time));
  told("min", query.query_time_min);
  told("max", query.query_time_max);
  json.number("mean", exact_seconds(query.query_time_mean_s));
  told("stddev", query.query_time_stddev_s);
  told("p50", query.p50);
  told("p95", query.p95);
  told("p99", query.p99);
  json.end_object();
}

void write_sample(JsonWriter& json, const QuerySample& sample) {
  json.key("sample");
  json.begin_object();
  write_json_sample(json, sample);
  json.end_object();
}

void write_lint(JsonWriter& json, const std::vector<LintFinding>& findings) {
  json.key("lint");
  json.begin_array();
  for (const LintFinding& finding : findings) {
    json.begin_object();
    json.string("rule", finding.rule);
    json.string("message", finding.title);
    write_present(json, "severity", finding.severity);
    write_present(json, "why", finding.why);
    write_present(json, "instead", finding.instead);
    json.end_object();
  }
  json.end_array();
}

void write_lock_wait(JsonWriter& json, const ReportLockWait& wait) {
  json.begin_object();
  write_time(json, "at", wait.at);
  write_statement(json, wait.id, wait.fingerprint);
  write_present(json, "mode", wait.mode);
  write_present(json, "object", wait.object);
  write_present(json, "database", wait.database);
  write_present(json, "user", wait.user);
  if (wait.pid != 0) {
    json.count("pid", wait.pid);
  }
  json.key("holders");
  json.begin_array();
  for (const std::uint64_t holder : wait.holders) {
    json.count(holder);
  }
  json.end_array();
  json.number("waited_s", exact_seconds(wait.waited));
  json.key("acquired");
  json.boolean(wait.acquired);
  json.count("count", wait.count);
  json.end_object();
}

void write_deadlock(JsonWriter& json, const ReportDeadlock& deadlock) {
  json.begin_object();
  write_time(json, "at", deadlock.at);
  write_present(json, "database", deadlock.database);
  json.key("participants");
  json.begin_array();
  for (const ReportDeadlock::Participant& participant : deadlock.participants) {
    json.begin_object();
    json.count("pid", participant.pid);
    if (participant.blocked_by != 0) {
      json.count("blocked_by", participant.blocked_by);
    }
    write_present(json, "mode", participant.mode);
    write_present(json, "object", participant.object);
    write_statement(json, participant.id, participant.fingerprint);
    json.key("victim");
    json.boolean(participant.victim);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_temporary_files(JsonWriter& json, const ReportTemporaryFiles& files) {
  json.begin_object();
  write_statement(json, files.id, files.fingerprint);
  json.count("count", files.count);
  json.count("bytes", files.bytes);
  json.count("max_bytes", files.max_bytes);
  json.end_object();
}

}  // namespace

void write_json_query(JsonWriter& json, const AnalysisReport& report, const ReportQuery& query) {
  json.begin_object();
  if (rows_are_statements(report)) {
    json.string("fingerprint_id", query.id.hex());
    json.string("fingerprint", query.text);
  } else {
    json.string("group", query.text);
    if (query.fingerprints) {
      json.count("fingerprints", *query.fingerprints);
    }
  }
  if (query.dialect) {
    json.string("dialect", to_string(*query.dialect));
  }
  json.count("calls", query.calls);
  if (query.share) {
    json.number("share", exact_ratio(*query.share));
  }
  if (query.timed) {
    write_query_time(json, query);
  }
  if (query.lock_time) {
    json.key("lock_time_s");
    json.begin_object();
    json.number("sum", exact_seconds(*query.lock_time));
    json.end_object();
  }
  write_sum(json, "rows_examined", query.rows_examined);
  write_sum(json, "rows_sent", query.rows_sent);
  write_sum(json, "rows_affected", query.rows_affected);
  write_sum(json, "bytes_sent", query.bytes_sent);
  write_time(json, "first_seen", query.first_seen);
  write_time(json, "last_seen", query.last_seen);
  write_origin(json, "databases", query.databases);
  write_origin(json, "users", query.users);
  write_origin(json, "hosts", query.hosts);
  json.key("tags");
  json.begin_object();
  for (const auto& [key, values] : query.tags) {
    write_counts(json, key, values);
  }
  json.end_object();
  write_origin(json, "errors", query.errors);
  if (rows_are_statements(report)) {
    json.key("tables");
    json.begin_array();
    for (const std::string& table : query.tables) {
      json.string(table);
    }
    json.end_array();
  }
  if (query.sample) {
    write_sample(json, *query.sample);
  }
  write_trend(json, query.trend);
  write_lint(json, query.lint);
  if (query.comparison) {
    write_json_comparison(json, *query.comparison);
  }
  json.end_object();
}

void write_json_error(JsonWriter& json, const ReportError& error) {
  json.begin_object();
  write_present(json, "code", error.code);
  write_present(json, "severity", error.severity);
  write_present(json, "message", error.message);
  write_statement(json, error.id, error.fingerprint);
  json.count("count", error.count);
  write_time(json, "first_seen", error.first_seen);
  write_time(json, "last_seen", error.last_seen);
  json.end_object();
}

void write_json_sample(JsonWriter& json, const QuerySample& sample) {
  json.string("sql", sample.sql);
  json.key("masked");
  json.boolean(sample.masked);
  if (sample.query_time) {
    json.number("query_time_s", exact_seconds(*sample.query_time));
  }
  write_time(json, "at", sample.at);
  write_present(json, "parameters", sample.parameters);
}

void write_json_window(JsonWriter& json, const TimeRange& window) {
  json.key("window");
  json.begin_object();
  json.string("begin", format_time(window.begin));
  json.string("end", format_time(window.end));
  json.end_object();
}

std::string render_json(const AnalysisReport& report) {
  std::string out;
  // One line per input, query and record: the file stays readable, and greps stay useful.
  JsonWriter json(out, 2);
  json.begin_object();
  json.string("unjam", report.version);
  write_present(json, "ranked_by", report.ranked_by);
  write_present(json, "grouped_by", report.grouped_by);
  write_array(json, "inputs", report.inputs, write_input);
  write_totals(json, report);
  if (report.window) {
    write_json_window(json, *report.window);
  }
  if (report.history) {
    write_json_history(json, *report.history);
  }
  write_trend(json, report.trend);
  write_array(json, "queries", report.queries, [&](JsonWriter& writer, const ReportQuery& query) {
    write_json_query(writer, report, query);
  });
  json.key("other_queries");
  json.begin_object();
  json.count(rows_are_statements(report) ? "fingerprints" : "groups", report.other.rows);
  json.count("calls", report.other.calls);
  json.number("query_time_s", exact_seconds(report.other.query_time));
  json.end_object();
  write_array(json, "lock_waits", report.lock_waits, write_lock_wait);
  write_array(json, "deadlocks", report.deadlocks, write_deadlock);
  write_array(json, "errors", report.errors, write_json_error);
  write_array(json, "temporary_files", report.temporary_files, write_temporary_files);
  write_array(json, "notes", notes_of(report, Language::English),
              [](JsonWriter& writer, const std::string& note) { writer.string(note); });
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace unjam
