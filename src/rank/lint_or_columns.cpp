#include "rank/lint_or_columns.h"

#include "rank/lint_tokens.h"

#include <algorithm>
#include <set>
#include <vector>

namespace unjam {
namespace {

bool is_any_word(const LintToken& token, const std::vector<std::string_view>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.is_word(word); });
}

bool is_comparison(const LintToken& token) {
  static const std::vector<std::string_view> words = {"like",    "ilike",  "in",    "is",
                                                      "between", "regexp", "rlike", "not"};
  return token.is_symbol('=') || token.is_symbol('<') || token.is_symbol('>') ||
         token.is_symbol('!') || token.is_symbol('~') || is_any_word(token, words);
}

class OrChains {
 public:
  void add(const LintToken& token) {
    static const std::vector<std::string_view> clause_words = {
        "select", "from",  "on",   "set",    "having", "order", "group",
        "limit",  "union", "when", "except", "else",   "end",   "returning"};
    if (token.is_symbol('(')) {
      open();
    } else if (token.is_symbol(')')) {
      close();
    } else if (token.is_word("or")) {
      end_condition();
      levels_.back().is_chain = true;
    } else if (token.is_word("and")) {
      // The AND of BETWEEN ? AND ? joins no conditions.
      if (levels_.back().in_between) {
        levels_.back().in_between = false;
      } else {
        end_chain();
      }
    } else if (token.is_word("then")) {
      drop_chain();
    } else if (token.is_word("where")) {
      drop_chain();
      levels_.back().in_where = true;
    } else if (is_any_word(token, clause_words)) {
      end_chain();
      levels_.back().in_where = token.is_word("when") && levels_.back().in_where;
    } else {
      add_operand(token);
    }
    before_ = token;
  }

  std::size_t finish() {
    while (levels_.size() > 1) {
      close();
    }
    end_chain();
    return most_;
  }

 private:
  struct Level {
    bool in_where = false;
    bool is_chain = false;
    bool in_between = false;
    std::string_view first_column;
    std::string_view column;  ///< Of the condition being read.
    std::set<std::string_view> columns;
  };

  // Nobody nests conditions this deep; what lies deeper counts for the level around it.
  static constexpr std::size_t kDeepest = 1000;

  void open() {
    if (levels_.size() == kDeepest) {
      ++ignored_;
      return;
    }
    Level level;
    level.in_where = levels_.back().in_where;
    levels_.push_back(std::move(level));
  }

  void close() {
    if (ignored_ > 0) {
      --ignored_;
      return;
    }
    end_chain();
    if (levels_.size() == 1) {
      return;
    }
    const std::string_view first = levels_.back().first_column;
    levels_.pop_back();
    if (levels_.back().column.empty()) {
      levels_.back().column = first;
    }
    name_ = {};
  }

  void add_operand(const LintToken& token) {
    Level& level = levels_.back();
    if (is_comparison(token)) {
      if (level.column.empty()) {
        level.column = name_;
      }
      level.in_between = level.in_between || token.is_word("between");
      name_ = {};
    } else if (token.kind == LintTokenKind::Word || token.kind == LintTokenKind::QuotedName) {
      const bool is_qualified = before_.is_symbol('.') && !name_.empty();
      const char* begin = is_qualified ? name_.data() : token.text.data();
      const char* end = token.text.data() + token.text.size();
      name_ = {begin, static_cast<std::size_t>(end - begin)};
    } else if (!token.is_symbol('.')) {
      name_ = {};
    }
  }

  void end_condition() {
    Level& level = levels_.back();
    if (!level.column.empty()) {
      if (level.first_column.empty()) {
        level.first_column = level.column;
      }
      level.columns.insert(level.column);
    }
    level.column = {};
    level.in_between = false;
    name_ = {};
  }

  void drop_chain() {
    end_condition();
    levels_.back().columns.clear();
    levels_.back().is_chain = false;
  }

  void end_chain() {
    end_condition();
    if (levels_.back().is_chain && levels_.back().in_where) {
      most_ = std::max(most_, levels_.back().columns.size());
    }
    drop_chain();
  }

  std::vector<Level> levels_ = std::vector<Level>(1);
  std::size_t ignored_ = 0;
  std::string_view name_;  ///< The name just read, with its qualifiers.
  LintToken before_;
  std::size_t most_ = 0;
};

}  // namespace

std::size_t or_columns(Dialect dialect, std::string_view fingerprint) {
  OrChains chains;
  LintTokens tokens(dialect, fingerprint);
  for (LintToken token = tokens.next(); token.kind != LintTokenKind::End; token = tokens.next()) {
    chains.add(token);
  }
  return chains.finish();
}

}  // namespace unjam
