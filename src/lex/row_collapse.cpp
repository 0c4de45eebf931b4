#include "lex/row_collapse.h"

#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace unjam::lex {
namespace {

constexpr std::size_t kMaxDepth = 64;

struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< 0: none.
  bool literals = false;
};

bool is_null(std::string_view word) {
  return word.size() == 4 && (word[0] | 0x20) == 'n' && (word[1] | 0x20) == 'u' &&
         (word[2] | 0x20) == 'l' && (word[3] | 0x20) == 'l';
}

/// Whether the inside of a group is literals and NULLs with "," or ", " between them.
bool is_literal_list(std::string_view inside, bool double_quote_is_string) {
  while (true) {
    if (inside.empty()) {
      return false;
    }
    const char c = inside.front();
    if (c == '0' || c == '\'' || (c == '"' && double_quote_is_string)) {
      inside.remove_prefix(1);
    } else if (is_null(inside.substr(0, 4))) {
      inside.remove_prefix(4);
    } else {
      return false;
    }
    if (inside.empty()) {
      return true;
    }
    if (inside.front() != ',') {
      return false;
    }
    inside.remove_prefix(1);
    if (!inside.empty() && inside.front() == ' ') {
      inside.remove_prefix(1);
    }
  }
}

/// Whether equal bytes mean equal tokens: no names with digits, no quoted names, no dollar quotes,
/// no end of a version comment.
bool tells_all(std::string_view inside) {
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    const char before = i > 0 ? inside[i - 1] : ' ';
    const char behind = i + 1 < inside.size() ? inside[i + 1] : ' ';
    if (c == '"' || c == '`' || c == '$' || (c == '*' && behind == '/') ||
        (c == '0' && (is_word_byte(before) || before == '.' || is_word_byte(behind)))) {
      return false;
    }
  }
  return true;
}

/// What stands before `at`, but for blanks.
std::string_view before_blanks(const char* skeleton, std::size_t at) {
  std::string_view before(skeleton, at);
  while (!before.empty() && (before.back() == ' ' || before.back() == '\n')) {
    before.remove_suffix(1);
  }
  return before;
}

/// Whether `before` ends in the word VALUES, or VALUE.
bool ends_in_values(std::string_view before) {
  const auto ends_in = [before](std::string_view word) {
    if (before.size() < word.size()) {
      return false;
    }
    const std::string_view tail = before.substr(before.size() - word.size());
    const bool same = std::equal(tail.begin(), tail.end(), word.begin(),
                                 [](char a, char b) { return (a | 0x20) == b; });
    return same && (tail.data() == before.data() || !is_word_byte(tail.data()[-1]));
  };
  return ends_in("values") || ends_in("value");
}

/// Whether the group at `at` can be the first of several rows of literals. Behind another word it
/// is the arguments of a function, or of a type that the normaliser leaves out.
bool may_be_row(const char* skeleton, std::size_t at) {
  const std::string_view before = before_blanks(skeleton, at);
  return before.empty() || !is_word_byte(before.back()) || ends_in_values(before);
}

/// Steps over ", (0), (0)..." behind the closing parenthesis at `in`; returns the last one's.
std::size_t skip_literal_rows(const char* skeleton, std::size_t in, std::size_t size,
                              bool double_quote_is_string) {
  while (true) {
    const std::size_t open = in + (in + 2 < size && skeleton[in + 2] == ' ' ? 3 : 2);
    if (open + 2 >= size || skeleton[in + 1] != ',' || skeleton[open] != '(' ||
        skeleton[open + 2] != ')') {
      return in;
    }
    const char c = skeleton[open + 1];
    if (c != '0' && c != '\'' && (c != '"' || !double_quote_is_string)) {
      return in;
    }
    in = open + 2;
  }
}

}  // namespace

std::size_t collapse_rows(char* skeleton, std::size_t size, Dialect dialect) {
  const bool double_quote_is_string = dialect == Dialect::MySql || dialect == Dialect::MariaDb;
  const bool backtick_is_name = dialect != Dialect::PostgreSql;
  std::array<std::size_t, kMaxDepth> open{};
  std::array<Group, kMaxDepth + 1> last{};  // the group closed last inside each depth
  std::size_t depth = 0;
  std::size_t out = 0;
  for (std::size_t in = 0; in < size; ++in) {
    const char c = skeleton[in];
    skeleton[out++] = c;
    if ((c == '"' && !double_quote_is_string) || (c == '`' && backtick_is_name)) {
      while (in + 1 < size) {
        ++in;
        skeleton[out++] = skeleton[in];
        if (skeleton[in] == c) {
          break;
        }
      }
      continue;
    }
    if (c == '(') {
      if (depth < kMaxDepth) {
        open[depth] = out - 1;
      }
      ++depth;
      if (depth <= kMaxDepth) {
        last[depth] = Group{};
      }
      continue;
    }
    if (c != ')' || depth == 0) {
      continue;
    }
    --depth;
    if (depth >= kMaxDepth) {
      continue;
    }
    Group group{open[depth], out, false};
    const std::string_view inside(skeleton + group.begin + 1, group.end - group.begin - 2);
    group.literals = is_literal_list(inside, double_quote_is_string);
    Group& before = last[depth];
    const std::size_t gap = before.end == 0 ? 0 : group.begin - before.end;
    const bool adjacent =
        (gap == 1 && skeleton[before.end] == ',') ||
        (gap == 2 && skeleton[before.end] == ',' && skeleton[before.end + 1] == ' ');
    if (adjacent && group.literals && before.literals && may_be_row(skeleton, before.begin)) {
      std::memcpy(skeleton + before.begin, "(0)", 3);
      before.end = before.begin + 3;
      out = before.end;
      in = skip_literal_rows(skeleton, in, size, double_quote_is_string);
      continue;
    }
    if (adjacent && !group.literals && group.end - group.begin == before.end - before.begin &&
        std::memcmp(skeleton + group.begin, skeleton + before.begin, group.end - group.begin) ==
            0 &&
        tells_all(inside) && ends_in_values(before_blanks(skeleton, before.begin))) {
      out = before.end;
      continue;
    }
    before = group;
  }
  return out;
}

}  // namespace unjam::lex
