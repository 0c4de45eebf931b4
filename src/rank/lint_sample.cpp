#include "rank/lint_sample.h"

#include "rank/lint_tokens.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <vector>

namespace unjam {
namespace {

bool is_literal(const LintToken& token) {
  switch (token.kind) {
    case LintTokenKind::Number:
    case LintTokenKind::String:
    case LintTokenKind::Placeholder:
      return true;
    case LintTokenKind::Word:
      return token.is_word("null") || token.is_word("true") || token.is_word("false");
    case LintTokenKind::QuotedName:
    case LintTokenKind::Symbol:
    case LintTokenKind::End:
      return false;
  }
  return false;
}

/// Digits, maybe in quotes; nothing for anything else (1e3, 0x10, more than a double holds
/// exactly).
std::optional<double> whole_number(const LintToken& token) {
  std::string_view text = token.text;
  if (token.kind == LintTokenKind::String && text.size() >= 2 && text.front() == '\'') {
    text = text.substr(1, text.size() - 2);
  } else if (token.kind != LintTokenKind::Number) {
    return std::nullopt;
  }
  unsigned long long value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return static_cast<double>(value);
}

void keep_largest(std::optional<double>& largest, double value) {
  largest = std::max(largest.value_or(value), value);
}

/// Counts the elements of lists of literals, however deep they are nested.
class ListCounter {
 public:
  void add(const LintToken& token, const LintToken& before) {
    if (token.is_symbol('(') || token.is_symbol('[')) {
      if (brackets_.size() == kDeepest) {
        ++ignored_;
        return;
      }
      const bool opens_list = before.is_word(token.is_symbol('(') ? "in" : "array");
      brackets_.push_back({opens_list, false, 0});
    } else if (token.is_symbol(')') || token.is_symbol(']')) {
      if (ignored_ > 0) {
        --ignored_;
      } else if (!brackets_.empty()) {
        close();
      }
    } else if (!brackets_.empty()) {
      Bracket& inner = brackets_.back();
      if (token.is_symbol(',')) {
        inner.end_element();
      } else if (is_literal(token)) {
        inner.has_literal = true;
      }
    }
  }

  std::optional<double> finish() {
    while (!brackets_.empty()) {
      close();
    }
    return longest_;
  }

 private:
  struct Bracket {
    bool is_list;
    bool has_literal;
    std::size_t elements;
    void end_element() {
      elements += has_literal ? 1 : 0;
      has_literal = false;
    }
  };

  void close() {
    Bracket closed = brackets_.back();
    closed.end_element();
    brackets_.pop_back();
    if (closed.is_list && closed.elements > 0) {
      keep_largest(longest_, static_cast<double>(closed.elements));
    }
    // A row of literals is an element of the list around it.
    if (!brackets_.empty() && closed.elements > 0) {
      brackets_.back().has_literal = true;
    }
  }

  // Nobody nests lists this deep; what lies deeper counts for the bracket around it.
  static constexpr std::size_t kDeepest = 1000;

  std::vector<Bracket> brackets_;
  std::size_t ignored_ = 0;  ///< Open brackets beyond kDeepest.
  std::optional<double> longest_;
};

}  // namespace

LintSample read_lint_sample(Dialect dialect, std::string_view text) {
  LintSample sample;
  LintTokens tokens(dialect, text);
  ListCounter lists;
  // The last three tokens tell `OFFSET n`, `LIMIT n, m` and that a.offset is a column.
  LintToken third_last;
  LintToken second_last;
  LintToken last;
  for (LintToken token = tokens.next(); token.kind != LintTokenKind::End; token = tokens.next()) {
    lists.add(token, last);
    std::optional<double> offset;
    if (last.is_word("offset") && !second_last.is_symbol('.')) {
      offset = whole_number(token);
    } else if (token.is_symbol(',') && second_last.is_word("limit") && !third_last.is_symbol('.')) {
      offset = whole_number(last);
    }
    if (offset) {
      keep_largest(sample.offset_max, *offset);
    }
    third_last = second_last;
    second_last = last;
    last = token;
  }
  sample.in_list_max = lists.finish();
  sample.uncommented = tokens.take_uncommented();
  return sample;
}

}  // namespace unjam
