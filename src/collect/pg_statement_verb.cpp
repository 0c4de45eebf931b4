#include "collect/pg_statement_verb.h"

#include <algorithm>
#include <array>
#include <string>

namespace unjam {
namespace {

using namespace std::string_view_literals;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Place behind a comment, a string or a quoted name that begins at `at`; `at` when none does.
std::size_t skip_opaque(std::string_view sql, std::size_t at) {
  const auto behind = [&](std::string_view end, std::size_t from) {
    const std::size_t found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with("--")) {
    return behind("\n", at);
  }
  if (rest.starts_with("/*")) {
    return behind("*/", at + 2);
  }
  if (rest.starts_with('\'') || rest.starts_with('"')) {
    return behind(rest.substr(0, 1), at + 1);
  }
  return at;
}

}  // namespace

bool pg_sends_rows(std::string_view sql) {
  constexpr std::array kChanging = {"insert"sv, "update"sv, "delete"sv, "merge"sv, "copy"sv};
  constexpr std::array kSending = {"select"sv, "values"sv, "table"sv};
  int depth = 0;
  bool behind_with = false;
  for (std::size_t i = 0; i < sql.size();) {
    if (const std::size_t end = skip_opaque(sql, i); end != i) {
      i = end;
      continue;
    }
    const char c = sql[i];
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (!is_word(c)) {
      ++i;
      continue;
    }
    std::string word;
    for (; i < sql.size() && is_word(sql[i]); ++i) {
      if (word.size() < 8) {
        word += static_cast<char>(sql[i] >= 'A' && sql[i] <= 'Z' ? sql[i] + 32 : sql[i]);
      }
    }
    const auto is_one_of = [&](const auto& words) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (!behind_with) {
      if (word != "with") {
        return !is_one_of(kChanging);
      }
      behind_with = true;  // the first verb outside parentheses is the statement's
    } else if (depth == 0 && (is_one_of(kChanging) || is_one_of(kSending))) {
      return !is_one_of(kChanging);
    }
  }
  return true;
}

}  // namespace unjam
