// Where rule files come from: compiled in (embed_rules.cmake), or a directory of the same shape.
#pragma once

#include "config/mistakes.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// A file of rules/ as it was when the library was built; views are valid for ever.
struct EmbeddedFile {
  std::string_view path;  ///< "lint/select.yaml"
  std::string_view text;
};

/// Ordered by kind, then by path. Defined by the generated file.
std::vector<EmbeddedFile> embedded_rule_files();

struct RuleFile {
  std::string name;  ///< As a message should call it: the path, "rules/..." for a compiled-in file.
  std::string text;
};

/// The files of one kind ("normalize", "lint"), by name. An empty `directory` means the compiled-in
/// ones, and so does a directory without a folder for `kind`: one may replace the lint rules only.
/// What cannot be read, or looks like a misspelt folder, is added to `mistakes`.
std::vector<RuleFile> read_rule_files(const std::filesystem::path& directory, std::string_view kind,
                                      Mistakes& mistakes);

}  // namespace unjam
