#include "config/yaml_mapping.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <numeric>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

namespace unjam {
namespace {

std::string_view type_name(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      return "nothing";
    case YAML::NodeType::Scalar:
      return "text";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a mapping";
  }
  return "nothing";
}

std::size_t from_one(int line) { return line < 0 ? 0 : static_cast<std::size_t>(line) + 1; }

/// Where the first node of a document is.
class FirstNode : public YAML::EventHandler {
 public:
  std::size_t line() const { return line_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { note(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    note(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    note(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    note(mark);
  }
  void OnMapEnd() override {}

 private:
  void note(const YAML::Mark& mark) {
    if (line_ == 0) {
      line_ = from_one(mark.line);
    }
  }
  std::size_t line_ = 0;
};

/// Line of what follows the first document of `text`; 0 when nothing does. YAML::LoadAll would find
/// it too, but never ends on some texts (yaml-cpp 0.7).
std::size_t second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  FirstNode first;
  FirstNode second;
  return parser.HandleNextDocument(first) && parser.HandleNextDocument(second) ? second.line() : 0;
}

}  // namespace

std::size_t YamlPlace::line(const YAML::Node& node) { return from_one(node.Mark().line); }

void YamlPlace::mistake(const YAML::Node& node, std::string_view message) const {
  mistakes.add(file, line(node), message);
}

YamlMapping::YamlMapping(const YAML::Node& node, const YamlPlace& place)
    : node_(node), place_(place) {
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      place_.mistake(entry.first, "a key must be plain text");
      continue;
    }
    const std::string key = entry.first.Scalar();
    if (!values_.try_emplace(key, Value{entry.first, entry.second}).second) {
      place_.mistake(entry.first, fmt::format("key {} is given twice", in_quotes(key)));
    }
  }
}

YamlMapping YamlMapping::inner(const YAML::Node& node, std::string_view key) const {
  YamlPlace place = place_;
  place.path += fmt::format("{}.", key);
  return {node, place};
}

const YAML::Node* YamlMapping::take(std::string_view key) {
  asked_.emplace(key);
  if (place_.known != nullptr) {
    place_.known->insert(place_.path + std::string(key));
  }
  const auto found = values_.find(key);
  if (found == values_.end()) {
    return nullptr;
  }
  found->second.used = true;
  return &found->second.value;
}

std::optional<std::string> YamlMapping::scalar(const YAML::Node& node,
                                               std::string_view what) const {
  if (node.IsScalar()) {
    return node.Scalar();
  }
  place_.mistake(node, fmt::format("{} must be text, not {} (quote it if it is meant as text)",
                                   what, type_name(node)));
  return std::nullopt;
}

bool YamlMapping::has_elements(std::string_view key) const {
  const auto found = values_.find(key);
  return found != values_.end() && !found->second.value.IsNull() &&
         (!found->second.value.IsSequence() || found->second.value.size() > 0);
}

std::optional<std::string> YamlMapping::text(std::string_view key) {
  const YAML::Node* value = take(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->IsNull()) {
    mistake_at(key, fmt::format("{} must be text, not nothing (quote it if it is meant as text)",
                                in_quotes(key)));
    return std::nullopt;
  }
  return scalar(*value, in_quotes(key));
}

std::string YamlMapping::required_text(std::string_view key) {
  if (!has(key)) {
    mistake(fmt::format("{} is missing", in_quotes(key)));
    return {};
  }
  const std::optional<std::string> value = text(key);
  if (value && value->empty()) {
    mistake_at(key, fmt::format("{} is empty", in_quotes(key)));
  }
  return value.value_or("");
}

std::optional<std::uint64_t> YamlMapping::whole(std::string_view key, std::uint64_t least,
                                                std::uint64_t most) {
  const YAML::Node* value = take(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const std::string text = value->IsScalar() ? value->Scalar() : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    place_.mistake(*value, fmt::format("{} must be a whole number from {} to {}", in_quotes(key),
                                       least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> YamlMapping::boolean(std::string_view key) {
  const YAML::Node* value = take(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->IsScalar() && (value->Scalar() == "true" || value->Scalar() == "false")) {
    return value->Scalar() == "true";
  }
  place_.mistake(*value, fmt::format("{} must be true or false", in_quotes(key)));
  return std::nullopt;
}

std::vector<std::string> YamlMapping::texts(std::string_view key) {
  const YAML::Node* value = take(key);
  std::vector<std::string> result;
  if (value == nullptr) {
    return result;
  }
  if (!value->IsSequence()) {
    place_.mistake(*value, fmt::format("{} must be a list of texts, not {}", in_quotes(key),
                                       type_name(*value)));
    return result;
  }
  for (const auto& element : *value) {
    if (auto element_text = scalar(element, fmt::format("each element of {}", in_quotes(key)))) {
      result.push_back(std::move(*element_text));
    }
  }
  return result;
}

std::map<std::string, double> YamlMapping::numbers(std::string_view key) {
  std::map<std::string, double> result;
  const std::optional<YAML::Node> node = mapping(key);
  if (!node) {
    return result;
  }
  YamlMapping inner(*node, place_);
  for (auto& [name, value] : inner.values_) {
    value.used = true;
    double number = 0;
    if (!value.value.IsScalar() || !YAML::convert<double>::decode(value.value, number) ||
        !std::isfinite(number) || number < 0) {
      place_.mistake(value.value, fmt::format("{} must be a number, 0 or more", in_quotes(name)));
      continue;
    }
    result.emplace(name, number);
  }
  return result;
}

std::optional<YAML::Node> YamlMapping::mapping(std::string_view key) {
  const YAML::Node* value = take(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->IsMap()) {
    mistake_at(key, fmt::format("{} must be a mapping, not {}", in_quotes(key), type_name(*value)));
    return std::nullopt;
  }
  return *value;
}

void YamlMapping::for_each(std::string_view key,
                           const std::function<void(const YAML::Node&)>& read) {
  const YAML::Node* value = take(key);
  if (value == nullptr || value->IsNull()) {
    return;
  }
  if (!value->IsSequence()) {
    place_.mistake(*value,
                   fmt::format("{} must be a list, not {}", in_quotes(key), type_name(*value)));
    return;
  }
  for (const auto& element : *value) {
    if (element.IsMap()) {
      read(element);
    } else {
      place_.mistake(element, fmt::format("each element of {} must be a mapping, not {}",
                                          in_quotes(key), type_name(element)));
    }
  }
}

std::vector<Dialect> YamlMapping::dialects(std::string_view key, bool expand) {
  std::vector<Dialect> result;
  const auto add = [&result](Dialect dialect) {
    if (std::find(result.begin(), result.end(), dialect) == result.end()) {
      result.push_back(dialect);
    }
  };
  for (const std::string& name : texts(key)) {
    const std::optional<Dialect> dialect = parse_dialect(name);
    if (!dialect) {
      mistake_at(key, fmt::format("unknown dialect {}; known are mysql, mysql-ansi, mariadb, "
                                  "postgresql",
                                  in_quotes(name)));
      continue;
    }
    add(*dialect);
    if (expand && *dialect == Dialect::MySql) {
      add(Dialect::MySqlAnsi);
    }
  }
  // An empty list would mean "all": surely not what somebody wrote it for.
  if (has(key) && values_.find(key)->second.value.IsSequence() &&
      values_.find(key)->second.value.size() == 0) {
    mistake_at(key, fmt::format("{} is an empty list; leave it out to mean all", in_quotes(key)));
  }
  return result;
}

std::optional<Dialect> YamlMapping::dialect(std::string_view key) {
  const std::optional<std::string> name = text(key);
  if (!name) {
    return std::nullopt;
  }
  const std::optional<Dialect> dialect = parse_dialect(*name);
  if (!dialect) {
    mistake_at(key,
               fmt::format("unknown dialect {}; known are mysql, mysql-ansi, mariadb, postgresql",
                           in_quotes(*name)));
  }
  return dialect;
}

void YamlMapping::mistake_at(std::string_view key, std::string_view message) const {
  const auto found = values_.find(key);
  if (found == values_.end()) {
    place_.mistake(node_, message);
    return;
  }
  // The parser places nothing behind a key at whatever comes next.
  place_.mistake(found->second.value.IsNull() ? found->second.key : found->second.value, message);
}

void YamlMapping::finish() const {
  for (const auto& [key, value] : values_) {
    if (!value.used) {
      const std::string_view meant = closest(key, asked_);
      place_.mistake(
          value.key,
          fmt::format("unknown key {}{}", in_quotes(key),
                      meant.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(meant))));
    }
  }
}

void read_yaml(const RuleFile& file, Mistakes& mistakes,
               const std::function<void(YamlMapping&, const YamlPlace&)>& read,
               std::string_view what, std::string_view example, std::set<std::string>* known) {
  const YamlPlace place{file.name, mistakes, known};
  try {
    const YAML::Node root = YAML::Load(file.text);
    if (const std::size_t second = second_document(file.text); second > 0) {
      mistakes.add(file.name, second, fmt::format("{} holds one document", what));
    }
    if (!root.IsDefined() || root.IsNull()) {
      return;
    }
    if (!root.IsMap()) {
      place.mistake(root, fmt::format("{} is a mapping with the keys {} and so on, not {}", what,
                                      in_quotes(example), type_name(root)));
      return;
    }
    YamlMapping mapping(root, place);
    read(mapping, place);
    mapping.finish();
  } catch (const YAML::Exception& error) {
    // It may quote the file, whatever is in it.
    std::string message = error.msg;
    std::replace_if(
        message.begin(), message.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, '?');
    mistakes.add(file.name, from_one(error.mark.line), "not valid YAML: " + message);
  }
}

std::string_view closest(std::string_view name, const std::set<std::string, std::less<>>& names) {
  // A foreign file may hold keys of any length; none of ours is long.
  constexpr std::size_t kLongest = 40;
  std::string_view best;
  if (name.size() > kLongest) {
    return best;
  }
  // More than a third of the letters changed is another word.
  std::size_t allowed = std::min<std::size_t>(2, name.size() / 3);
  for (const std::string& candidate : names) {
    // Edits from `name` to `candidate`, one row of the table at a time; two letters that changed
    // places are one edit, as people make it.
    std::vector<std::size_t> before;
    std::vector<std::size_t> above(candidate.size() + 1);
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < name.size(); ++i) {
      before = std::exchange(above, row);
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t changed = above[j] + (name[i] == candidate[j] ? 0 : 1);
        row[j + 1] = std::min({row[j] + 1, above[j + 1] + 1, changed});
        if (i > 0 && j > 0 && name[i] == candidate[j - 1] && name[i - 1] == candidate[j]) {
          row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
        }
      }
    }
    if (row.back() <= allowed && (best.empty() || row.back() < allowed)) {
      best = candidate;
      allowed = row.back();
    }
  }
  return best;
}

bool is_kebab_name(std::string_view name) {
  bool word = false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter && (c != '-' || !word)) {
      return false;
    }
    word = letter;
  }
  return word;
}

}  // namespace unjam
