// Where rules come from: a directory of the user's, or the binary.
#include "config/rule_archive.h"
#include "config/rule_files.h"
#include "unjam/config/rules.h"

#include <optional>
#include <string_view>
#include <vector>

namespace unjam {
namespace {

void mark_compiled_in(const NormalizeRules&) {}

void mark_compiled_in(std::vector<LintRule>& rules) {
  for (LintRule& rule : rules) {
    rule.compiled_in = true;
  }
}

template <typename Rules>
Rules load(const std::filesystem::path& directory, std::string_view kind,
           Rules (*parse)(const std::vector<RuleFile>&, Mistakes&), std::string_view embedded) {
  if (!directory.empty()) {
    Mistakes mistakes;
    if (const auto files = read_rule_files(directory, kind, mistakes)) {
      return parse(*files, mistakes);
    }
  }
  Rules rules;
  RuleArchiveReader archive(embedded);
  archive(rules);
  mark_compiled_in(rules);
  return rules;
}

}  // namespace

NormalizeRules load_normalize_rules(const std::filesystem::path& directory) {
  return load(directory, "normalize", parse_normalize_rules, embedded_rules().normalize);
}

std::vector<LintRule> load_lint_rules(const std::filesystem::path& directory) {
  return load(directory, "lint", parse_lint_rules, embedded_rules().lint);
}

}  // namespace unjam
