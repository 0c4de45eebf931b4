#include "report/doctor_texts.h"
#include "report/figures.h"
#include "report/json_writer.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/text_page.h"
#include "report/unicode.h"
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

class DoctorPage {
 public:
  DoctorPage(TextPage& page, Language language) : page_(page), language_(language) {
    for (const Message label : {Message::CheckWhy, Message::CheckLost, Message::CheckMend}) {
      label_columns_ = std::max(label_columns_, display_width(message(language, label)));
    }
  }

  void write(const DoctorCheck& check) {
    const Sign sign = sign_of(check.state);
    std::string what = check_text(language_, visible_line(check.what, kTextShown));
    if (check.state != State::Ok) {
      what = message_with(language_, Message::CheckFails, what);
    }
    std::string mark = page_.ink(sign.mark, sign.ink) + ' ';
    for (const std::string& part : wrap(what, page_.columns() - 5)) {
      page_.line(mark + part, 3);
      mark = "  ";
    }
    field(Message::CheckWhy, check.why);
    field(Message::CheckLost, check.lost);
    mend(check.mend);
  }

  void write(const DoctorTarget& target) {
    page_.blank();
    const std::string name = visible_line(target.name, 100);
    std::string right = visible_line(target.address, 200);
    if (!target.server.empty()) {
      right += (right.empty() ? "" : " · ") + visible_line(target.server, 100);
    }
    page_.rule(name, right);
    for (const DoctorCheck& check : target.checks) {
      write(check);
    }
    if (target.poll) {
      const std::string all = human_duration(target.poll->time);
      const std::string entries = human_count(target.poll->entries);
      page_.paragraph(target.poll->server_time > Duration(0)
                          ? message_with(language_, Message::PollCosts, entries,
                                         human_duration(target.poll->server_time), all)
                          : message_with(language_, Message::PollTakes, entries, all),
                      5, Ink::Faint);
    }
  }

 private:
  void field(Message label, const std::string& value) {
    if (!value.empty()) {
      page_.field(message(language_, label), check_text(language_, visible_line(value, kTextShown)),
                  kIndent, label_columns_);
    }
  }

  /// Statements are to be copied: each line of them stays one line, whatever its length.
  void mend(const std::string& text) {
    if (text.find_first_of(";\n") == std::string::npos) {
      field(Message::CheckMend, text);
      return;
    }
    const std::string statements = visible_text(text.substr(0, kTextShown));
    std::string label = fit(message(language_, Message::CheckMend), label_columns_) + "  ";
    std::size_t begin = 0;
    while (begin < statements.size()) {
      const std::size_t end = std::min(statements.find('\n', begin), statements.size());
      page_.line(page_.ink(label, Ink::Faint) + statements.substr(begin, end - begin), kIndent);
      label.assign(label_columns_ + 2, ' ');
      begin = end + 1;
    }
  }

  static constexpr std::size_t kIndent = 6;
  TextPage& page_;
  Language language_;
  std::size_t label_columns_ = 0;
};

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
    if (!check.why.empty()) {
      json.string("why", check.why);
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
  DoctorPage doctor(page, style.language);
  page.line("unjam " + visible_line(report.version, 40) + " · doctor", 0, Ink::Strong);
  if (!report.service.empty()) {
    page.blank();
    page.rule(message(style.language, Message::CheckService));
    for (const DoctorCheck& check : report.service) {
      doctor.write(check);
    }
  }
  std::size_t well = 0;
  for (const DoctorTarget& target : report.targets) {
    doctor.write(target);
    well += worst_of(target.checks) == State::Ok ? 1U : 0U;
  }
  page.blank();
  if (report.worst() == State::Ok) {
    page.line(message(style.language, Message::AllWell), 0, Ink::Accent);
  } else {
    page.line(message_with(style.language, Message::NotAllWell, well, report.targets.size()), 0,
              Ink::Strong);
  }
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
