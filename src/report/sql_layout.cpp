#include "report/sql_layout.h"

#include "report/unicode.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>

namespace unjam {
namespace {

/// Hostile text may nest parentheses a million deep; the indent must not grow with it.
constexpr std::size_t kDeepestIndent = 8;

constexpr std::array kKeywords =
    std::to_array<std::string_view>({"all",      "analyze",   "and",
                                     "any",      "as",        "asc",
                                     "begin",    "between",   "by",
                                     "call",     "case",      "commit",
                                     "conflict", "cross",     "delete",
                                     "desc",     "distinct",  "do",
                                     "else",     "end",       "escape",
                                     "exists",   "explain",   "fetch",
                                     "first",    "for",       "force",
                                     "from",     "full",      "group",
                                     "having",   "if",        "ignore",
                                     "ilike",    "in",        "index",
                                     "inner",    "insert",    "interval",
                                     "into",     "is",        "join",
                                     "key",      "lateral",   "left",
                                     "like",     "limit",     "lock",
                                     "natural",  "not",       "nothing",
                                     "null",     "offset",    "on",
                                     "or",       "order",     "outer",
                                     "over",     "partition", "recursive",
                                     "replace",  "returning", "right",
                                     "rollback", "select",    "set",
                                     "share",    "skip",      "straight_join",
                                     "table",    "then",      "truncate",
                                     "union",    "update",    "use",
                                     "using",    "values",    "when",
                                     "where",    "with"});

static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end()));

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t quoted_length(std::string_view sql) {
  const char quote = sql.front();
  for (std::size_t at = 1; at < sql.size(); ++at) {
    if (sql[at] == '\\' && quote != '`') {
      ++at;
    } else if (sql[at] == quote) {
      return at + 1;
    }
  }
  return sql.size();
}

bool is_keyword(std::string_view word) {
  constexpr std::size_t kLongest = 13;
  if (word.size() > kLongest) {
    return false;
  }
  std::string lower(word);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return std::binary_search(kKeywords.begin(), kKeywords.end(), lower);
}

bool is_join_prefix(std::string_view word) {
  return same_word(word, "left") || same_word(word, "right") || same_word(word, "inner") ||
         same_word(word, "cross") || same_word(word, "natural") || same_word(word, "full");
}

bool opens_clause(std::string_view word) {
  constexpr std::array kClauses = std::to_array<std::string_view>(
      {"from", "where", "join", "straight_join", "group", "order", "having", "limit", "offset",
       "union", "set", "values", "returning", "for", "select"});
  return std::any_of(kClauses.begin(), kClauses.end(),
                     [&](std::string_view clause) { return same_word(word, clause); });
}

/// The words that decide whether `join`, `and`, `left (` ... begin a line.
class Breaker {
 public:
  explicit Breaker(std::string_view sql) : rest_(sql) {}

  std::vector<SqlLine> lines() {
    while (!rest_.empty()) {
      const SqlToken token = take_sql_token(rest_);
      if (token.piece == SqlPiece::Blank) {
        blank_ = true;
        continue;
      }
      if (token.piece == SqlPiece::Keyword && !after_dot_ && breaks_before(token.text)) {
        start_line(same_word(token.text, "and") || same_word(token.text, "or") ? 2 : 0);
      }
      if (blank_ && !line_.text.empty()) {
        line_.text += ' ';
      }
      blank_ = false;
      line_.text += token.text;
      remember(token);
    }
    start_line(0);
    return std::move(lines_);
  }

 private:
  bool next_is(std::string_view lower) const {
    std::string_view ahead = rest_;
    while (!ahead.empty() && is_blank(ahead.front())) {
      ahead.remove_prefix(1);
    }
    return !ahead.empty() && same_word(take_sql_token(ahead).text, lower);
  }

  bool breaks_before(std::string_view word) {
    const bool in_clause = parens_.empty() || parens_.back();
    if (!in_clause || line_.text.empty()) {
      return false;
    }
    if (same_word(word, "between")) {
      between_ = true;
      return false;
    }
    if (same_word(word, "and") && between_) {
      between_ = false;
      return false;
    }
    if (same_word(word, "and") || same_word(word, "or")) {
      return true;
    }
    if (same_word(word, "join")) {
      return !is_join_prefix(previous_) && !same_word(previous_, "outer");
    }
    if (is_join_prefix(word)) {
      return next_is("join") || next_is("outer") ||
             (same_word(word, "natural") && !same_word(previous_, "join"));
    }
    if (same_word(word, "on")) {
      return next_is("duplicate") || next_is("conflict");
    }
    if (same_word(word, "set") || same_word(word, "values") || same_word(word, "select")) {
      return !same_word(previous_, "update") && !same_word(previous_, "=") && previous_ != "(";
    }
    if (same_word(word, "from")) {
      return !same_word(previous_, "delete") && !same_word(previous_, "distinct");
    }
    return opens_clause(word);
  }

  void remember(const SqlToken& token) {
    if (token.text == "(") {
      parens_.push_back(next_is("select"));
      if (parens_.back()) {
        ++queries_;
        start_line(0);
      }
    } else if (token.text == ")" && !parens_.empty()) {
      queries_ -= parens_.back() ? 1U : 0U;
      parens_.pop_back();
    }
    after_dot_ = token.text == ".";
    previous_ = token.text;
  }

  void start_line(std::size_t extra) {
    if (!line_.text.empty()) {
      lines_.push_back(std::move(line_));
    }
    line_ = {4 * std::min(queries_, kDeepestIndent) + extra, {}};
    blank_ = false;
  }

  std::string_view rest_;
  std::vector<SqlLine> lines_;
  SqlLine line_;
  std::vector<bool> parens_;  ///< Per open parenthesis: does it hold a sub-query?
  std::size_t queries_ = 0;
  std::string_view previous_;
  bool blank_ = false;
  bool after_dot_ = false;
  bool between_ = false;
};

std::vector<SqlLine> own_lines(std::string_view sql) {
  std::vector<SqlLine> lines;
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find('\n'), sql.size());
    const std::string_view line = sql.substr(0, end);
    sql.remove_prefix(std::min(end + 1, sql.size()));
    const std::size_t text = line.find_first_not_of(' ');
    if (text != std::string_view::npos) {
      lines.push_back({std::min<std::size_t>(text, 40), std::string(line.substr(text))});
    }
  }
  return lines;
}

}  // namespace

bool same_word(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() &&
         std::equal(word.begin(), word.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
         });
}

SqlToken take_sql_token(std::string_view& sql) {
  const char first = sql.front();
  std::size_t length = 1;
  SqlPiece piece = SqlPiece::Other;
  if (is_blank(first)) {
    while (length < sql.size() && is_blank(sql[length])) {
      ++length;
    }
    piece = SqlPiece::Blank;
  } else if (is_word_byte(first)) {
    while (length < sql.size() && is_word_byte(sql[length])) {
      ++length;
    }
    piece = is_keyword(sql.substr(0, length)) ? SqlPiece::Keyword : SqlPiece::Word;
  } else if (first == '\'' || first == '"' || first == '`') {
    length = quoted_length(sql);
    piece = SqlPiece::Quoted;
  } else if (sql.starts_with("/*")) {
    const std::size_t end = sql.find("*/", 2);
    length = end == std::string_view::npos ? sql.size() : end + 2;
    piece = SqlPiece::Quoted;
  }
  const SqlToken token{piece, sql.substr(0, length)};
  sql.remove_prefix(length);
  return token;
}

std::vector<SqlLine> lay_out_sql(std::string_view sql, std::size_t columns) {
  if (sql.find('\n') != std::string_view::npos) {
    return own_lines(sql);
  }
  if (sql.size() <= columns || (sql.size() <= 4 * columns && display_width(sql) <= columns)) {
    return {{0, std::string(sql)}};
  }
  return Breaker(sql).lines();
}

std::string short_form(std::string_view sql, const std::vector<std::string>& tables,
                       std::size_t bytes) {
  std::string_view rest = cut_bytes(sql, bytes);
  const bool cut = rest.size() < sql.size();
  std::string verb;
  std::string whole;
  std::string tail;
  long depth = 0;
  while (!rest.empty()) {
    const SqlToken token = take_sql_token(rest);
    depth += token.text == "(" ? 1 : (token.text == ")" ? -1 : 0);
    if (token.piece == SqlPiece::Keyword && depth == 0 && tail.empty() &&
        same_word(token.text, "where")) {
      tail = " ";
    }
    const std::string_view text = token.piece == SqlPiece::Blank ? " " : token.text;
    if (verb.empty() && token.piece != SqlPiece::Blank) {
      verb = token.text;
    }
    whole += text;
    if (!tail.empty()) {
      tail += text;
    }
  }
  const std::string ellipsis = cut ? "…" : "";
  if (tables.empty() || verb.empty()) {
    return whole + ellipsis;
  }
  std::string form = verb;
  std::size_t named = 0;
  for (const std::string& table : tables) {
    if (named == 4) {
      form += ", …";
      break;
    }
    form += named++ == 0 ? " " : ", ";
    form += cut_bytes(table, 128);
  }
  return form + tail + (tail.empty() ? "" : ellipsis);
}

}  // namespace unjam
