#include "normalize/tables.h"

#include "unjam/normalize/normalizer.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace unjam::normalize {
namespace {

template <std::size_t kSize>
bool is_any(const Token& token, const std::array<std::string_view, kSize>& words) {
  return token.kind == TokenKind::Word && !token.after_dot &&
         std::find(words.begin(), words.end(), token.text) != words.end();
}

constexpr std::array<std::string_view, 11> kStartsWithTable{
    "insert", "replace", "truncate", "describe", "desc",    "copy",
    "vacuum", "analyze", "cluster",  "lock",     "optimize"};
constexpr std::array<std::string_view, 7> kTakesList{"drop",    "truncate", "lock",  "vacuum",
                                                     "analyze", "optimize", "rename"};
constexpr std::array<std::string_view, 16> kEndsList{
    "where", "set",    "group", "order",     "having", "limit",  "union",  "except",
    "into",  "select", "for",   "returning", "fetch",  "offset", "window", "values"};
constexpr std::array<std::string_view, 8> kBeforeLock{"for",   "on",     "key", "or",
                                                      "after", "before", "no",  "of"};

/// One level of parentheses.
struct Scope {
  bool expecting = false;  ///< A table name comes next.
  bool list = false;       ///< And another one after a comma.
  bool query = false;      ///< Holds a SELECT or DELETE.
  bool function = false;   ///< The arguments of a function.
  bool may_call = false;   ///< A name before a parenthesis is a function here.
};

class TableMarker {
 public:
  explicit TableMarker(std::vector<Token>& tokens) : tokens_(tokens), scopes_(1) {}

  void mark() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      i = step(i);
    }
  }

 private:
  bool at(std::size_t index, TokenKind kind) const {
    return index < tokens_.size() && tokens_[index].kind == kind;
  }

  const Token& previous(std::size_t index) const {
    static const Token none{};
    return index > statement_ ? tokens_[index - 1] : none;
  }

  std::size_t step(std::size_t index) {
    const Token& token = tokens_[index];
    Scope& scope = scopes_.back();
    switch (token.kind) {
      case TokenKind::Semicolon:
        scopes_.assign(1, Scope{});
        statement_ = index + 1;
        index_seen_ = false;
        return index;
      case TokenKind::Open: {
        Scope inner;
        const Token& before = previous(index);
        inner.expecting = inner.list = inner.may_call = scope.expecting;
        inner.function = before.is_name() && !before.table && (before.flags() & kSpaced) == 0;
        scope.expecting = false;
        scopes_.push_back(inner);
        return index;
      }
      case TokenKind::Close:
        if (scopes_.size() > 1) {
          scopes_.pop_back();
        }
        return index;
      case TokenKind::Comma:
        scope.expecting = scope.list;
        return index;
      case TokenKind::Word:
      case TokenKind::QuotedName:
        return step_name(index);
      default:
        scope.expecting = false;
        return index;
    }
  }

  std::size_t step_name(std::size_t index) {
    Scope& scope = scopes_.back();
    const Token& token = tokens_[index];
    const std::uint16_t flags = token.flags();
    if (index == statement_ && is_any(token, kStartsWithTable)) {
      expect(is_any(token, kTakesList), false);
      return index;
    }
    if (scope.expecting && (flags & kTableSkip) != 0) {
      return index;
    }
    if (scope.expecting && !token.after_dot && flags == 0) {
      return take_table(index);
    }
    scope.expecting = false;
    const bool asked_for =
        token.info != nullptr && (token.info->flags & (kTableWord | kTableNext)) != 0;
    return asked_for ? step_keyword(index) : index;
  }

  std::size_t step_keyword(std::size_t index) {
    Scope& scope = scopes_.back();
    const Token& token = tokens_[index];
    if (is_any(token, kEndsList)) {
      scope.list = false;
    }
    if (token.is_word("select") || token.is_word("delete")) {
      scope.query = true;
    }
    index_seen_ = index_seen_ || token.is_word("index") || token.is_word("trigger");
    if (starts_table(index)) {
      const bool from = token.is_word("from");
      const bool join = token.is_word("join") || token.is_word("straight_join");
      const bool list = from || join || token.is_word("update") || token.is_word("tables") ||
                        is_any(tokens_[statement_], kTakesList);
      expect(list, from || join || token.is_word("using"));
    }
    return index;
  }

  void expect(bool list, bool may_call) {
    Scope& scope = scopes_.back();
    scope.expecting = true;
    scope.list = list;
    scope.may_call = may_call;
  }

  /// Whether the word at `index` says that a table name follows.
  bool starts_table(std::size_t index) const {
    const Token& token = tokens_[index];
    const Token& before = previous(index);
    const Token& first = tokens_[statement_];
    if (token.is_word("from")) {
      constexpr std::array<std::string_view, 3> kNoTable{"fetch", "move", "prepare"};
      const bool clause = !scopes_.back().function || scopes_.back().query;
      return clause && !before.is_word("distinct") && !is_any(first, kNoTable);
    }
    if (token.is_word("update")) {
      return !is_any(before, kBeforeLock);
    }
    if (token.is_word("tables")) {
      return !first.is_word("show");
    }
    if (token.is_word("using")) {
      return (first.is_word("delete") || first.is_word("merge")) && !at(index + 1, TokenKind::Open);
    }
    if (token.is_word("on")) {
      return scopes_.size() == 1 && index_seen_ &&
             (first.is_word("create") || first.is_word("drop"));
    }
    return (token.flags() & kTableNext) != 0;
  }

  std::size_t take_table(std::size_t index) {
    scopes_.back().expecting = false;
    while (at(index + 1, TokenKind::Dot) && index + 2 < tokens_.size() &&
           tokens_[index + 2].is_name()) {
      index += 2;
    }
    if (!(scopes_.back().may_call && at(index + 1, TokenKind::Open))) {
      tokens_[index].table = true;
    }
    return index;
  }

  std::vector<Token>& tokens_;
  std::vector<Scope> scopes_;
  std::size_t statement_ = 0;  ///< Where the current statement starts.
  bool index_seen_ = false;
};

/// Names that WITH defines: `c as (`, `c (a, b) as (`.
std::set<std::string_view> defined_names(const std::vector<Token>& tokens) {
  std::set<std::string_view> names;
  std::vector<std::size_t> open;
  std::size_t closed_open = 0;  // of the group that ends right before the current token
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::Open) {
      open.push_back(i);
    } else if (token.kind == TokenKind::Close && !open.empty()) {
      closed_open = open.back();
      open.pop_back();
    } else if (token.is_word("as") && i > 0) {
      std::size_t next = i + 1;
      while (next < tokens.size() &&
             (tokens[next].is_word("not") || tokens[next].is_word("materialized"))) {
        ++next;
      }
      const std::size_t name = tokens[i - 1].kind == TokenKind::Close ? closed_open : i;
      if (next < tokens.size() && tokens[next].kind == TokenKind::Open && name >= 2 &&
          tokens[name - 1].is_name() &&
          (tokens[name - 2].is_word("with") || tokens[name - 2].is_word("recursive") ||
           tokens[name - 2].kind == TokenKind::Comma)) {
        names.insert(tokens[name - 1].text);
      }
    }
  }
  return names;
}

}  // namespace

void mark_tables(std::vector<Token>& tokens) { TableMarker(tokens).mark(); }

}  // namespace unjam::normalize

namespace unjam {

std::vector<std::string> tables_of(std::string_view fingerprint_text) {
  using namespace normalize;
  // A fingerprint quotes names only as its dialect does, so that one grammar with both quotes reads
  // them all; but # starts a comment in MySQL, and fingerprints hold none.
  const bool postgres = fingerprint_text.find('#') != std::string_view::npos &&
                        fingerprint_text.find('`') == std::string_view::npos;
  const Dialect dialect = postgres ? Dialect::PostgreSql : Dialect::MySqlAnsi;
  const Vocabulary& vocabulary = plain_vocabulary(dialect);
  Lexer lexer(dialect, vocabulary, fingerprint_text);
  Canon canon(dialect, vocabulary);
  for (Lexeme lexeme = lexer.next(); lexeme.kind != LexKind::End; lexeme = lexer.next()) {
    canon.add(lexeme);
  }
  canon.finish();
  std::vector<Token>& tokens = canon.tokens();
  mark_tables(tokens);
  const std::set<std::string_view> defined = defined_names(tokens);
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].table || tokens[i].text == "dual" ||
        (!tokens[i].after_dot && defined.find(tokens[i].text) != defined.end())) {
      continue;
    }
    std::size_t begin = i;
    while (begin >= 2 && tokens[begin - 1].kind == TokenKind::Dot && tokens[begin - 2].is_name()) {
      begin -= 2;
    }
    std::string name;
    for (std::size_t part = begin; part <= i; ++part) {
      name += tokens[part].text;
    }
    if (seen.insert(name).second) {
      result.push_back(std::move(name));
    }
  }
  return result;
}

}  // namespace unjam
