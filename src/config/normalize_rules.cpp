#include "config/mistakes.h"
#include "config/rule_files.h"
#include "config/yaml_mapping.h"
#include "unjam/config/rules.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

bool has_upper_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

void read_synonym(YamlMapping& mapping, NormalizeRule& rule) {
  rule.kind = NormalizeRule::Kind::Synonym;
  rule.from = mapping.texts("from");
  rule.to = mapping.required_text("to");
  if (rule.from.empty()) {
    mapping.mistake("a synonym rule needs 'from', the words to replace");
  }
  for (const std::string& word : rule.from) {
    if (word.empty() || has_upper_case(word)) {
      mapping.mistake_at("from", fmt::format("{} must be a word in lower case", in_quotes(word)));
    }
  }
  for (const std::string_view key : {"pattern", "tables_only"}) {
    if (mapping.has(key)) {
      mapping.mistake_at(key, fmt::format("{} belongs to rules of kind 'name'", in_quotes(key)));
    }
  }
}

void read_name(YamlMapping& mapping, NormalizeRule& rule) {
  rule.kind = NormalizeRule::Kind::Name;
  rule.pattern = mapping.required_text("pattern");
  // May be empty: a pattern that is replaced by nothing.
  if (!mapping.has("to")) {
    mapping.mistake("'to' is missing");
  }
  rule.to = mapping.text("to").value_or("");
  rule.tables_only = mapping.boolean("tables_only").value_or(false);
  if (mapping.has("from")) {
    mapping.mistake_at("from", "'from' belongs to rules of kind 'synonym'");
  }
}

NormalizeRule read_rule(YamlMapping& mapping) {
  NormalizeRule rule;
  rule.name = mapping.required_text("name");
  if (!rule.name.empty() && !is_kebab_name(rule.name)) {
    mapping.mistake_at("name", fmt::format("name {} must be lower-case words joined by hyphens",
                                           in_quotes(rule.name)));
  }
  rule.dialects = mapping.dialects("dialects", true);
  rule.enabled = mapping.boolean("enabled").value_or(true);
  rule.why = mapping.required_text("why");
  const std::string kind = mapping.required_text("kind");
  if (kind == "synonym") {
    read_synonym(mapping, rule);
  } else if (kind == "name") {
    read_name(mapping, rule);
  } else if (!kind.empty()) {
    mapping.mistake_at("kind",
                       fmt::format("unknown kind {}; known are synonym and name", in_quotes(kind)));
  }
  // Keys of the other kind have had their own, more telling message.
  for (const std::string_view key : {"from", "pattern", "to", "tables_only"}) {
    mapping.ignore(key);
  }
  mapping.finish();
  return rule;
}

NormalizeExample read_example(YamlMapping& mapping, const std::string& file) {
  NormalizeExample example;
  example.file = file;
  example.line = mapping.line();
  example.dialects = mapping.dialects("dialects", false);
  example.sql = mapping.texts("sql");
  if (example.sql.empty()) {
    mapping.mistake("'sql' is missing: a list of statements");
  }
  // May be empty: the fingerprint of an empty statement.
  if (!mapping.has("fingerprint")) {
    mapping.mistake("'fingerprint' is missing");
  }
  example.fingerprint = mapping.text("fingerprint").value_or("");
  example.enable = mapping.texts("enable");
  mapping.finish();
  return example;
}

}  // namespace

NormalizeRules parse_normalize_rules(const std::vector<RuleFile>& files, Mistakes& mistakes) {
  NormalizeRules result;
  std::map<std::string, std::string> first_seen;
  for (const RuleFile& file : files) {
    read_yaml(file, mistakes, [&](YamlMapping& root, const YamlPlace& place) {
      root.for_each("rules", [&](const YAML::Node& node) {
        YamlMapping mapping(node, place);
        NormalizeRule rule = read_rule(mapping);
        const auto [other, is_new] =
            first_seen.emplace(rule.name, fmt::format("{}:{}", file.name, mapping.line()));
        if (!is_new && !rule.name.empty()) {
          mapping.mistake(
              fmt::format("rule {} exists already, at {}", in_quotes(rule.name), other->second));
        }
        result.rules.push_back(std::move(rule));
      });
      root.for_each("examples", [&](const YAML::Node& node) {
        YamlMapping mapping(node, place);
        result.examples.push_back(read_example(mapping, file.name));
      });
    });
  }
  for (const NormalizeExample& example : result.examples) {
    for (const std::string& name : example.enable) {
      if (!first_seen.contains(name)) {
        mistakes.add(example.file, example.line,
                     fmt::format("'enable' names {}, which is no rule", in_quotes(name)));
      }
    }
  }
  mistakes.throw_if_any();
  return result;
}

}  // namespace unjam
