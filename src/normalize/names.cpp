#include "normalize/names.h"

#include "normalize/clean_text.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

namespace unjam::normalize {
namespace {

bool is_quote(char c) { return c == '"' || c == '`'; }

bool is_name(const std::vector<Token>& tokens, std::size_t index) {
  const Token& token = tokens[index];
  if (token.kind == TokenKind::QuotedName) {
    return true;
  }
  const bool call = index + 1 < tokens.size() && tokens[index + 1].kind == TokenKind::Open;
  return token.kind == TokenKind::Word && token.flags() == 0 && (token.table || !call);
}

bool is_qualifier(const std::vector<Token>& tokens, std::size_t index) {
  return index + 1 < tokens.size() && tokens[index + 1].kind == TokenKind::Dot;
}

}  // namespace

std::string unquote_name(Dialect dialect, std::string_view quoted) {
  const std::size_t prefix = quoted.find_first_of("\"`");
  const char quote = quoted[prefix];
  quoted = quoted.substr(prefix + 1, quoted.size() - prefix - 2);
  std::string name;
  name.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    name += quoted[i];
    if (quoted[i] == quote && i + 1 < quoted.size() && quoted[i + 1] == quote) {
      ++i;
    }
  }
  if (!is_clean(name)) {
    name = clean_text(name);
  }
  if (is_mysql_family(dialect)) {
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
  }
  return name;
}

std::string quote_name(Dialect dialect, std::string_view name) {
  const char quote = is_mysql_family(dialect) ? '`' : '"';
  std::string result(1, quote);
  for (const char c : name) {
    result.append(c == quote ? 2 : 1, c);
  }
  result += quote;
  return result;
}

bool can_be_bare(Dialect dialect, const Vocabulary& vocabulary, std::string_view name,
                 bool after_dot) {
  if (!is_bare_name(dialect, name) || (is_mysql_family(dialect) && is_introducer(name))) {
    return false;
  }
  const WordInfo* info = vocabulary.find(name);
  return after_dot || info == nullptr ||
         ((info->flags & (kReserved | kOperandNext | kConstant)) == 0 && info->synonym.empty());
}

struct NameRules::Rule {
  RE2 pattern;
  std::string to;
  bool tables_only;
};

NameRules::~NameRules() = default;
NameRules::NameRules(NameRules&&) noexcept = default;

NameRules::NameRules(Dialect dialect, const std::vector<NormalizeRule>& rules) : dialect_(dialect) {
  for (const NormalizeRule& rule : rules) {
    if (rule.kind != NormalizeRule::Kind::Name || !applies_to(rule, dialect)) {
      continue;
    }
    RE2::Options options;
    options.set_log_errors(false);
    auto compiled =
        std::unique_ptr<Rule>(new Rule{RE2(rule.pattern, options), rule.to, rule.tables_only});
    std::string problem = compiled->pattern.error();
    if (compiled->pattern.ok() && compiled->pattern.CheckRewriteString(rule.to, &problem)) {
      rules_.push_back(std::move(compiled));
      continue;
    }
    throw Error(ErrorKind::Usage,
                fmt::format("normalisation rule {}: pattern {}: {}; mend the rule", rule.name,
                            rule.pattern, problem));
  }
}

std::string NameRules::rewritten(std::string_view name, bool is_table) const {
  std::string result(name);
  for (const std::unique_ptr<Rule>& rule : rules_) {
    if (is_table || !rule->tables_only) {
      RE2::GlobalReplace(&result, rule->pattern, rule->to);
    }
  }
  return result;
}

void NameRules::apply(Canon& canon) const {
  if (rules_.empty()) {
    return;
  }
  std::vector<Token>& tokens = canon.tokens();
  std::set<std::string_view> tables;
  for (const Token& token : tokens) {
    if (token.table) {
      tables.insert(token.text);
    }
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_name(tokens, i)) {
      continue;
    }
    Token& token = tokens[i];
    const bool is_table =
        token.table || (is_qualifier(tokens, i) && tables.find(token.text) != tables.end());
    const bool quoted = token.kind == TokenKind::QuotedName && is_quote(token.text.front());
    const std::string name = quoted ? unquote_name(dialect_, token.text) : std::string(token.text);
    std::string result = rewritten(name, is_table);
    if (result == name) {
      continue;
    }
    result = clean_text(result);
    // A name that a rule made may hold the `?` of its pattern; anything else odd is quoted.
    const bool bare = is_bare_name(dialect_, result);
    token.text = canon.keep(bare ? std::move(result) : quote_name(dialect_, result));
    token.kind = bare ? TokenKind::Word : TokenKind::QuotedName;
    token.info = nullptr;
  }
}

}  // namespace unjam::normalize
