#include "unjam/serve/readiness.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unjam {
namespace {

// Statements and connecting end within seconds by themselves.
constexpr Duration kHangs = std::chrono::seconds(60);

/// Errors hold texts of servers: a line must stay one.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  return text;
}

void add_collector(const CollectorStatus& collector, TimePoint now, Readiness& to) {
  const auto add = [&](std::string state, std::string what) {
    to.troubles.push_back(
        {collector.target, collector.name, std::move(state), one_line(std::move(what))});
  };
  switch (collector.state) {
    case CollectorStatus::State::Retrying:
      add("retrying", collector.trouble);
      break;
    case CollectorStatus::State::Refused:
      add("refused",
          collector.trouble + " (tried again every few minutes, and at once by a reload)");
      break;
    case CollectorStatus::State::Disabled:
      add("disabled", collector.trouble + " (then reload unjam)");
      break;
    case CollectorStatus::State::Starting:
    case CollectorStatus::State::Running:
      break;
  }
  if (collector.polling_since && now - *collector.polling_since > kHangs) {
    add("hangs", fmt::format("one poll has taken since {}; is the file system or network stuck?",
                             format_time(*collector.polling_since)));
  }
  for (const std::string& warning : collector.health.warnings) {
    to.warnings.push_back({collector.target, collector.name, "warning", one_line(warning)});
  }
}

nlohmann::json to_json(const std::vector<Trouble>& troubles) {
  nlohmann::json list = nlohmann::json::array();
  for (const Trouble& trouble : troubles) {
    nlohmann::json entry = {{"state", trouble.state}, {"what", trouble.what}};
    if (!trouble.target.empty()) {
      entry["target"] = trouble.target;
    }
    if (!trouble.collector.empty()) {
      entry["collector"] = trouble.collector;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

std::string line(const Trouble& trouble) {
  if (trouble.target.empty()) {
    return fmt::format("{}: {}\n", trouble.state, trouble.what);
  }
  return fmt::format("{}: {} {}: {}\n", trouble.state, trouble.target, trouble.collector,
                     trouble.what);
}

}  // namespace

std::string_view to_string(CollectorStatus::State state) {
  switch (state) {
    case CollectorStatus::State::Starting:
      return "starting";
    case CollectorStatus::State::Running:
      return "running";
    case CollectorStatus::State::Retrying:
      return "retrying";
    case CollectorStatus::State::Refused:
      return "refused";
    case CollectorStatus::State::Disabled:
      return "disabled";
  }
  return "";
}

Readiness readiness(const ServiceStatus& status) {
  Readiness result;
  if (!status.store.trouble.empty()) {
    result.troubles.push_back({"", "", "store", one_line(status.store.trouble)});
    if (status.queue.bytes * 2 > status.queue.most_bytes) {
      result.troubles.push_back(
          {"", "", "queue",
           fmt::format("{} of {} bytes wait for the store; collectors wait when it is full, and "
                       "go on by themselves afterwards",
                       status.queue.bytes, status.queue.most_bytes)});
    }
  }
  if (!status.reload_trouble.empty()) {
    result.troubles.push_back(
        {"", "", "reload", one_line("the old configuration goes on: " + status.reload_trouble)});
  }
  for (const CollectorStatus& collector : status.collectors) {
    add_collector(collector, status.now, result);
  }
  return result;
}

std::string render_text(const Readiness& readiness) {
  std::string text = readiness.troubles.empty() ? "ready\n" : "";
  for (const std::vector<Trouble>* troubles : {&readiness.troubles, &readiness.warnings}) {
    for (const Trouble& trouble : *troubles) {
      text += line(trouble);
    }
  }
  return text;
}

std::string render_json(const Readiness& readiness) {
  const nlohmann::json document = {{"ready", readiness.troubles.empty()},
                                   {"troubles", to_json(readiness.troubles)},
                                   {"warnings", to_json(readiness.warnings)}};
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace unjam
