#include "report/figures.h"
#include "report/json_writer.h"
#include "report/neutralise.h"
#include "report/text_page.h"
#include "unjam/report/doctor_report.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

using State = DoctorCheck::State;

constexpr std::size_t kTextShown = 4'000;

struct Sign {
  const char* mark;
  Ink ink;
};

Sign sign_of(State state) {
  switch (state) {
    case State::Ok:
      return {"✓", Ink::Accent};
    case State::Degraded:
      return {"!", Ink::Warning};
    case State::Missing:
    case State::Unreachable:
      return {"✗", Ink::Alarm};
  }
  return {"", Ink::Plain};
}

/// Statements are to be copied: each line of them stays one line, whatever its length.
void write_mend(TextPage& page, const std::string& mend) {
  const std::string text = visible_text(mend.substr(0, kTextShown));
  std::string label = "mend  ";
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    page.line(page.ink(label, Ink::Faint) + text.substr(begin, end - begin), 6);
    label = "      ";
    begin = end + 1;
  }
}

void write_check(TextPage& page, const DoctorCheck& check) {
  const Sign sign = sign_of(check.state);
  std::string mark = page.ink(sign.mark, sign.ink) + ' ';
  for (const std::string& part : wrap(visible_line(check.what, kTextShown), page.columns() - 5)) {
    page.line(mark + part, 3);
    mark = "  ";
  }
  if (!check.lost.empty()) {
    page.field("lost", visible_line(check.lost, kTextShown), 6, 4);
  }
  if (!check.mend.empty()) {
    write_mend(page, check.mend);
  }
}

void write_target(TextPage& page, const DoctorTarget& target) {
  page.blank();
  std::string right = visible_line(target.address, 200);
  if (!target.server.empty()) {
    right += " · " + visible_line(target.server, 100);
  }
  page.rule(visible_line(target.name, 100), right);
  for (const DoctorCheck& check : target.checks) {
    write_check(page, check);
  }
  if (target.poll) {
    page.paragraph(
        fmt::format("One poll of {} statements takes the server {}; {} in all.",
                    human_count(target.poll->entries), human_duration(target.poll->server_time),
                    human_duration(target.poll->time)),
        5, Ink::Faint);
  }
}

void write_json_checks(JsonWriter& json, const std::vector<DoctorCheck>& checks) {
  json.begin_array();
  for (const DoctorCheck& check : checks) {
    json.begin_object();
    json.string("state", to_string(check.state));
    json.string("what", check.what);
    if (!check.lost.empty()) {
      json.string("lost", check.lost);
    }
    if (!check.mend.empty()) {
      json.string("mend", check.mend);
    }
    json.end_object();
  }
  json.end_array();
}

State worst_of(const std::vector<DoctorCheck>& checks) {
  State worst = State::Ok;
  for (const DoctorCheck& check : checks) {
    worst = std::max(worst, check.state);
  }
  return worst;
}

}  // namespace

std::string_view to_string(DoctorCheck::State state) {
  switch (state) {
    case State::Ok:
      return "ok";
    case State::Degraded:
      return "degraded";
    case State::Missing:
      return "missing";
    case State::Unreachable:
      return "unreachable";
  }
  return "";
}

DoctorCheck::State DoctorReport::worst() const {
  State worst = worst_of(service);
  for (const DoctorTarget& target : targets) {
    worst = std::max(worst, worst_of(target.checks));
  }
  return worst;
}

std::string render_doctor_text(const DoctorReport& report, const TextStyle& style) {
  TextPage page(style);
  page.line("unjam " + visible_line(report.version, 40) + " · doctor", 0, Ink::Strong);
  if (!report.service.empty()) {
    page.blank();
    page.rule("service");
    for (const DoctorCheck& check : report.service) {
      write_check(page, check);
    }
  }
  std::size_t well = 0;
  for (const DoctorTarget& target : report.targets) {
    write_target(page, target);
    well += worst_of(target.checks) == State::Ok ? 1U : 0U;
  }
  page.blank();
  page.line(fmt::format("{} of {} target{} all well", well, report.targets.size(),
                        report.targets.size() == 1 ? "" : "s"),
            0, well == report.targets.size() ? Ink::Accent : Ink::Strong);
  return page.take();
}

std::string render_doctor_json(const DoctorReport& report) {
  std::string out;
  JsonWriter json(out, 2);
  json.begin_object();
  json.string("unjam", report.version);
  json.string("state", to_string(report.worst()));
  json.key("service");
  write_json_checks(json, report.service);
  json.key("targets");
  json.begin_array();
  for (const DoctorTarget& target : report.targets) {
    json.begin_object();
    json.string("target", target.name);
    json.string("state", to_string(worst_of(target.checks)));
    if (!target.address.empty()) {
      json.string("address", target.address);
    }
    if (!target.server.empty()) {
      json.string("server", target.server);
    }
    json.key("checks");
    write_json_checks(json, target.checks);
    if (target.poll) {
      json.key("poll");
      json.begin_object();
      json.number("server_time_s", exact_seconds(target.poll->server_time));
      json.number("time_s", exact_seconds(target.poll->time));
      json.count("entries", target.poll->entries);
      json.end_object();
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace unjam
