#include "report/json_history.h"

#include "report/figures.h"

namespace unjam {
namespace {

std::string_view word_of(SourceChoice choice) {
  switch (choice) {
    case SourceChoice::Only:
      return "only";
    case SourceChoice::Complete:
      return "complete";
    case SourceChoice::Longer:
      return "counters-do-not-cover";
    case SourceChoice::Tells:
      return "counters-do-not-tell";
    case SourceChoice::Asked:
      return "asked";
  }
  return "";
}

void write_range(JsonWriter& json, std::string_view name, const TimeRange& range) {
  json.key(name);
  json.begin_object();
  json.string("begin", format_time(range.begin));
  json.string("end", format_time(range.end));
  json.end_object();
}

void write_names(JsonWriter& json, std::string_view name, const std::vector<std::string>& names) {
  json.key(name);
  json.begin_array();
  for (const std::string& one : names) {
    json.string(one);
  }
  json.end_array();
}

void write_load(JsonWriter& json, std::string_view name, std::uint64_t calls, Duration query_time) {
  json.key(name);
  json.begin_object();
  json.count("calls", calls);
  json.number("query_time_s", exact_seconds(query_time));
  json.end_object();
}

void write_past(JsonWriter& json, const ReportPast& past) {
  json.key("before");
  json.begin_object();
  write_range(json, "window", past.range);
  write_load(json, "then", past.calls_before, past.query_time_before);
  write_load(json, "now", past.calls, past.query_time);
  write_names(json, "not_compared", past.not_compared);
  json.count("gone_fingerprints", past.gone_classes);
  json.key("gone");
  json.begin_array();
  for (const ReportGone& gone : past.gone) {
    json.begin_object();
    json.string("fingerprint_id", gone.id.hex());
    json.string("fingerprint", gone.text);
    json.count("calls", gone.calls);
    json.number("query_time_s", exact_seconds(gone.query_time));
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

void write_json_history(JsonWriter& json, const ReportHistory& history) {
  json.key("sources");
  json.begin_array();
  for (const ReportSource& source : history.sources) {
    json.begin_object();
    json.string("target", source.target);
    json.string("source", to_string(source.source));
    json.string("why", word_of(source.choice));
    json.string("first", format_time(source.first));
    json.string("last", format_time(source.last));
    json.end_object();
  }
  json.end_array();
  write_names(json, "without_numbers", history.without);
  if (history.available) {
    write_range(json, "available", *history.available);
  }
  if (history.since) {
    json.string("counters_since", format_time(*history.since));
  }
  if (history.past) {
    write_past(json, *history.past);
  }
}

void write_json_comparison(JsonWriter& json, const ReportComparison& comparison) {
  json.key("comparison");
  json.begin_object();
  json.string("verdict", to_string(comparison.verdict));
  write_load(json, "then", comparison.calls_before, comparison.query_time_before);
  write_load(json, "now", comparison.calls, comparison.query_time);
  json.end_object();
}

}  // namespace unjam
