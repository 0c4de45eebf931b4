// embed_rules DIRECTORY OUTPUT: runs while unjam is built. Reads the rules of DIRECTORY as a user's
// own would be read, and writes a C++ file that holds them (rule_archive.h). A mistake in a rule
// file fails the build.
#include "config/rule_archive.h"
#include "config/rule_files.h"
#include "unjam/base/error.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

// As numbers: compilers limit the length of a string literal.
std::string array(std::string_view name, std::string_view bytes) {
  std::string text = fmt::format("constexpr unsigned char {}[] = {{", name);
  for (const char c : bytes) {
    text += fmt::format("{},", static_cast<unsigned char>(c));
  }
  return text + "};\n";
}

template <typename Rules>
std::string archived(const std::string& directory, std::string_view kind,
                     Rules (*parse)(const std::vector<RuleFile>&, Mistakes&)) {
  Mistakes mistakes;
  const auto files = read_rule_files(directory, kind, mistakes);
  Rules rules = parse(files.value_or(std::vector<RuleFile>{}), mistakes);
  RuleArchiveWriter archive;
  archive(rules);
  return archive.bytes();
}

void embed(const std::string& directory, const std::string& output) {
  std::ofstream file(output, std::ios::binary);
  file << "// Written by embed_rules.\n#include \"config/rule_archive.h\"\n\n"
          "namespace unjam {\nnamespace {\n\n"
       << array("kNormalize", archived(directory, "normalize", parse_normalize_rules))
       << array("kLint", archived(directory, "lint", parse_lint_rules))
       << "\n}  // namespace\n\nEmbeddedRules embedded_rules() {\n"
          "  return {{reinterpret_cast<const char*>(kNormalize), sizeof kNormalize},\n"
          "          {reinterpret_cast<const char*>(kLint), sizeof kLint}};\n}\n\n"
          "}  // namespace unjam\n";
  file.close();
  if (!file) {
    throw Error(ErrorKind::Unreachable, "cannot write " + output);
  }
}

}  // namespace
}  // namespace unjam

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: embed_rules DIRECTORY OUTPUT\n", stderr);
    return 2;
  }
  try {
    unjam::embed(argv[1], argv[2]);
  } catch (const unjam::Error& error) {
    fmt::print(stderr, "embed_rules: {}\n", error.what());
    return 1;
  }
  return 0;
}
