// Rule files of a directory, read and parsed: a user's when unjam runs, its own when it is built
// (embed_rules.cpp).
#pragma once

#include "config/mistakes.h"
#include "unjam/config/rules.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

struct RuleFile {
  std::string name;  ///< As a message should call it: the path.
  std::string text;
};

/// The files of one kind ("normalize", "lint"), by name; nullopt when `directory` has no folder for
/// it: one may replace the lint rules only. What cannot be read, or looks like a misspelt folder,
/// is added to `mistakes`.
std::optional<std::vector<RuleFile>> read_rule_files(const std::filesystem::path& directory,
                                                     std::string_view kind, Mistakes& mistakes);

/// Throw Error{Usage} with `mistakes` and those of the files.
NormalizeRules parse_normalize_rules(const std::vector<RuleFile>& files, Mistakes& mistakes);
std::vector<LintRule> parse_lint_rules(const std::vector<RuleFile>& files, Mistakes& mistakes);

}  // namespace unjam
