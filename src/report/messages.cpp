#include "report/messages.h"

#include "report/neutralise.h"

#include <algorithm>
#include <array>
#include <span>

namespace unjam {
namespace {

struct Named {
  std::string_view name;
  Message key;
};

constexpr std::array kMeasures = std::to_array<Named>({{"", Message::ByTime},
                                                       {"time", Message::ByTime},
                                                       {"load", Message::ByTime},
                                                       {"calls", Message::Calls},
                                                       {"max", Message::Max},
                                                       {"mean", Message::Mean},
                                                       {"lock", Message::ByLock},
                                                       {"rows", Message::ByRows},
                                                       {"rows-sent", Message::RowsSent},
                                                       {"ratio", Message::ByRatio},
                                                       {"bytes", Message::BytesSent},
                                                       {"errors", Message::Errors},
                                                       {"cost", Message::Cost}});

constexpr std::array kGroups = std::to_array<Named>({{"", Message::Query},
                                                     {"fingerprint", Message::Query},
                                                     {"user", Message::User},
                                                     {"database", Message::Database},
                                                     {"host", Message::Host},
                                                     {"table", Message::Table},
                                                     {"job", Message::Job},
                                                     {"controller", Message::Controller},
                                                     {"action", Message::Action},
                                                     {"target", Message::Target}});

constexpr std::array kGroupsOfSeveral = std::to_array<Named>({{"user", Message::Users},
                                                              {"database", Message::Databases},
                                                              {"host", Message::Hosts},
                                                              {"table", Message::Tables},
                                                              {"job", Message::Jobs},
                                                              {"controller", Message::Controllers},
                                                              {"action", Message::Actions},
                                                              {"target", Message::Targets}});

constexpr std::array kSeverities = std::to_array<Named>({{"info", Message::SeverityInfo},
                                                         {"warning", Message::SeverityWarning},
                                                         {"error", Message::SeverityError}});

std::string name_of(Language language, std::span<const Named> table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Named& entry) { return entry.name == name; });
  return found == table.end() ? visible_line(name, 60) : std::string(message(language, found->key));
}

}  // namespace

std::string_view message(Language language, Message key) {
  switch (language) {
    case Language::English:
      return message_en(key);
    case Language::Japanese:
      return message_ja(key);
  }
  return "";
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

std::string heading(Language language, Message key) {
  return capitalised(std::string(message(language, key)));
}

std::string measure_name(Language language, std::string_view measure) {
  return name_of(language, kMeasures, measure);
}

std::string group_name(Language language, std::string_view group) {
  return name_of(language, kGroups, group);
}

std::string group_names(Language language, std::string_view group) {
  return name_of(language, kGroupsOfSeveral, group);
}

std::string_view verdict_name(Language language, Verdict verdict) {
  switch (verdict) {
    case Verdict::New:
      return message(language, Message::VerdictNew);
    case Verdict::Worse:
      return message(language, Message::VerdictWorse);
    case Verdict::Better:
      return message(language, Message::VerdictBetter);
    case Verdict::Same:
      return message(language, Message::VerdictSame);
  }
  return "";
}

std::string severity_name(Language language, std::string_view severity) {
  return name_of(language, kSeverities, severity);
}

}  // namespace unjam
