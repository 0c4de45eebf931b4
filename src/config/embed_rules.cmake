# Writes a C++ file that holds rule files, byte for byte.
#   cmake -DRULES_DIR=... -DFILES=lint/a.yaml|lint/b.yaml -DOUTPUT=... -P embed_rules.cmake
# Bytes, not string literals: compilers limit the length of a literal, and a rule may hold anything.
set(arrays "")
set(entries "")
set(count 0)
string(REPLACE "|" ";" paths "${FILES}")
foreach(path IN LISTS paths)
  file(READ ${RULES_DIR}/${path} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char kFile${count}[] = {${bytes}0};\n")
  string(APPEND entries "      entry(\"${path}\", kFile${count}),\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Written by embed_rules.cmake.
#include \"config/rule_files.h\"

namespace unjam {
namespace {

${arrays}
template <std::size_t N>
EmbeddedFile entry(std::string_view path, const unsigned char (&bytes)[N]) {
  return {path, {reinterpret_cast<const char*>(bytes), N - 1}};
}

}  // namespace

std::vector<EmbeddedFile> embedded_rule_files() {
  return {
${entries}  };
}

}  // namespace unjam
")
