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

Text read_text(YamlMapping& rule, std::string_view key, const YamlPlace& place) {
  Text text;
  if (!rule.has(key)) {
    rule.mistake(fmt::format("{} is missing", in_quotes(key)));
    return text;
  }
  const std::optional<YAML::Node> node = rule.mapping(key);
  if (node) {
    YamlMapping mapping(*node, place);
    text.en = mapping.required_text("en");
    text.ja = mapping.required_text("ja");
    mapping.finish();
  }
  return text;
}

LintRule::Example read_example(const YAML::Node& node, const YamlPlace& place,
                               const LintRule& rule) {
  YamlMapping mapping(node, place);
  LintRule::Example example;
  example.sql = mapping.required_text("sql");
  const Dialect usual = rule.dialects.empty() ? Dialect::MySql : rule.dialects.front();
  example.dialect = mapping.dialect("dialect").value_or(usual);
  if (!rule.dialects.empty() && std::find(rule.dialects.begin(), rule.dialects.end(),
                                          example.dialect) == rule.dialects.end()) {
    mapping.mistake_at("dialect", "the rule does not look at this dialect");
  }
  example.measures = mapping.numbers("measures");
  if (!mapping.has("finds")) {
    mapping.mistake("'finds' is missing: true or false");
  }
  example.finds = mapping.boolean("finds").value_or(true);
  mapping.finish();
  return example;
}

void check_examples(const YamlMapping& mapping, const LintRule& rule) {
  const auto finds = [](const LintRule::Example& example) { return example.finds; };
  if (std::none_of(rule.examples.begin(), rule.examples.end(), finds) ||
      std::all_of(rule.examples.begin(), rule.examples.end(), finds)) {
    mapping.mistake_at("examples",
                       "a rule needs an example that it finds and one that it does not find");
  }
}

LintRule read_rule(YamlMapping& mapping, const YamlPlace& place) {
  LintRule rule;
  rule.file = place.file;
  rule.line = mapping.line();
  rule.id = mapping.required_text("id");
  if (!rule.id.empty() && !is_kebab_name(rule.id)) {
    mapping.mistake_at(
        "id", fmt::format("id {} must be lower-case words joined by hyphens", in_quotes(rule.id)));
  }
  rule.dialects = mapping.dialects("dialects", true);
  rule.severity = mapping.required_text("severity");
  if (!rule.severity.empty() && rule.severity != "info" && rule.severity != "warning" &&
      rule.severity != "error") {
    mapping.mistake_at("severity",
                       fmt::format("unknown severity {}; known are info, warning and error",
                                   in_quotes(rule.severity)));
  }
  rule.match = mapping.text("match").value_or("");
  rule.unless = mapping.text("unless").value_or("");
  rule.match_sample = mapping.text("match_sample").value_or("");
  rule.at_least = mapping.numbers("at_least");
  if (!mapping.has("match") && !mapping.has("match_sample") && !mapping.has("at_least")) {
    mapping.mistake("a rule needs a condition: 'match', 'match_sample' or 'at_least'");
  }
  rule.title = read_text(mapping, "title", place);
  rule.why = read_text(mapping, "why", place);
  rule.instead = read_text(mapping, "instead", place);
  mapping.for_each("examples", [&](const YAML::Node& node) {
    rule.examples.push_back(read_example(node, place, rule));
  });
  check_examples(mapping, rule);
  mapping.finish();
  return rule;
}

}  // namespace

std::vector<LintRule> parse_lint_rules(const std::vector<RuleFile>& files, Mistakes& mistakes) {
  std::vector<LintRule> result;
  std::map<std::string, std::string> first_seen;
  for (const RuleFile& file : files) {
    read_yaml(file, mistakes, [&](YamlMapping& root, const YamlPlace& place) {
      root.for_each("rules", [&](const YAML::Node& node) {
        YamlMapping mapping(node, place);
        LintRule rule = read_rule(mapping, place);
        const auto [other, is_new] =
            first_seen.emplace(rule.id, fmt::format("{}:{}", rule.file, rule.line));
        if (!is_new && !rule.id.empty()) {
          mapping.mistake(
              fmt::format("rule {} exists already, at {}", in_quotes(rule.id), other->second));
        }
        result.push_back(std::move(rule));
      });
    });
  }
  mistakes.throw_if_any();
  return result;
}

}  // namespace unjam
