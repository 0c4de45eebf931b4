#include "report/figures.h"
#include "report/json_history.h"
#include "report/json_parts.h"
#include "unjam/report/render_class.h"

namespace unjam {
namespace {

void write_latency(JsonWriter& json, const ClassReport& described) {
  json.string("latency_source", to_string(described.latency_source));
  json.key("latency");
  json.begin_array();
  for (const LatencyBar& bar : described.latency) {
    json.begin_object();
    json.number("from_s", exact_seconds(bar.lower));
    json.number("below_s", exact_seconds(bar.upper));
    json.count("calls", bar.count);
    json.end_object();
  }
  json.end_array();
}

void write_target(JsonWriter& json, const ClassTarget& target) {
  json.begin_object();
  json.string("target", target.target);
  json.string("source", to_string(target.source));
  json.count("calls", target.calls);
  json.number("query_time_s", exact_seconds(target.query_time));
  if (target.p95) {
    json.number("p95_s", exact_seconds(*target.p95));
  }
  json.end_object();
}

void write_example(JsonWriter& json, const ClassExample& example) {
  json.begin_object();
  json.string("target", example.target);
  write_json_sample(json, example.sample);
  json.key("attributes");
  json.begin_object();
  for (const Attribute& attribute : example.attributes) {
    json.string(attribute.key, attribute.value);
  }
  json.end_object();
  json.end_object();
}

}  // namespace

std::string render_class_json(const ClassReport& described) {
  const AnalysisReport& report = described.report;
  std::string out;
  JsonWriter json(out, 2);
  json.begin_object();
  json.string("unjam", report.version);
  if (report.window) {
    write_json_window(json, *report.window);
  }
  if (report.history) {
    write_json_history(json, *report.history);
  }
  json.key("query");
  write_json_query(json, report, report.queries.front());
  if (!described.latency.empty()) {
    write_latency(json, described);
  }
  write_array(json, "targets", described.targets, write_target);
  write_array(json, "samples", described.samples, write_example);
  write_array(json, "errors", report.errors, write_json_error);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace unjam
