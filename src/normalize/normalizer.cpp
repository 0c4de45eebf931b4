#include "unjam/normalize/normalizer.h"

#include "normalize/canon.h"
#include "normalize/clean_text.h"
#include "normalize/lexer.h"
#include "normalize/names.h"
#include "normalize/print.h"
#include "normalize/tables.h"
#include "normalize/words.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

using namespace normalize;

struct DialectRules {
  DialectRules(Dialect dialect, const std::vector<NormalizeRule>& rules)
      : vocabulary(dialect, rules), names(dialect, rules) {}

  Vocabulary vocabulary;
  NameRules names;
};

std::vector<NormalizeRule> enabled_rules(const NormalizeRules& rules,
                                         const std::vector<std::string>& enable) {
  for (const std::string& name : enable) {
    const bool known = std::any_of(rules.rules.begin(), rules.rules.end(),
                                   [&](const NormalizeRule& rule) { return rule.name == name; });
    if (!known) {
      throw Error(ErrorKind::Usage,
                  fmt::format("no normalisation rule is called {}; see rules/normalize", name));
    }
  }
  std::vector<NormalizeRule> result;
  for (const NormalizeRule& rule : rules.rules) {
    if (rule.enabled || std::find(enable.begin(), enable.end(), rule.name) != enable.end()) {
      result.push_back(rule);
    }
  }
  return result;
}

}  // namespace

struct Normalizer::Impl {
  explicit Impl(const std::vector<NormalizeRule>& rules)
      : dialects{DialectRules(Dialect::MySql, rules), DialectRules(Dialect::MySqlAnsi, rules),
                 DialectRules(Dialect::MariaDb, rules), DialectRules(Dialect::PostgreSql, rules)} {}

  std::array<DialectRules, 4> dialects;
};

Normalizer::Normalizer(const NormalizeRules& rules, const std::vector<std::string>& enable)
    : impl_(std::make_unique<Impl>(enabled_rules(rules, enable))) {}
Normalizer::~Normalizer() = default;
Normalizer::Normalizer(Normalizer&&) noexcept = default;
Normalizer& Normalizer::operator=(Normalizer&&) noexcept = default;

Fingerprint Normalizer::fingerprint(Dialect dialect, std::string_view sql) const {
  const DialectRules& rules = impl_->dialects[static_cast<std::size_t>(dialect)];
  Lexer lexer(dialect, rules.vocabulary, sql);
  Canon canon(dialect, rules.vocabulary);
  // Every token prints at least one byte: what comes later would be cut off anyway.
  constexpr std::size_t kMaxTokens = kMaxFingerprintText + 16;
  while (canon.tokens().size() < kMaxTokens) {
    lexer.skip_space();
    const Lexeme lexeme = lexer.next();
    if (lexeme.kind == LexKind::End) {
      break;
    }
    canon.add(lexeme);
  }
  canon.finish();
  mark_tables(canon.tokens());
  rules.names.apply(canon);
  Fingerprint result;
  result.text = print(canon.tokens(), kMaxFingerprintText);
  result.id = fingerprint_id(result.text);
  return result;
}

std::string_view verb_of(std::string_view fingerprint_text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_";
  const std::size_t begin =
      std::min(fingerprint_text.find_first_not_of("( "), fingerprint_text.size());
  fingerprint_text.remove_prefix(begin);
  return fingerprint_text.substr(0, fingerprint_text.find_first_not_of(kLetters));
}

std::string mask_literals(Dialect dialect, std::string_view sql) {
  Lexer lexer(dialect, plain_vocabulary(dialect), sql);
  std::string result;
  result.reserve(sql.size());
  for (Lexeme lexeme = lexer.next(); lexeme.kind != LexKind::End; lexeme = lexer.next()) {
    switch (lexeme.kind) {
      case LexKind::Comment:
        if (!result.empty() && result.back() != ' ' && result.back() != '\n') {
          result += ' ';
        }
        break;
      case LexKind::Literal:
        result += '?';
        break;
      case LexKind::UserVariable:
        // The name may be in quotes, and open ones may hide anything.
        result += lexeme.text.find_first_of("'\"`") == std::string_view::npos ? lexeme.text : "@?";
        break;
      default:
        result += lexeme.text;
        break;
    }
  }
  while (!result.empty() && result.back() == ' ') {
    result.pop_back();
  }
  return clean_lines(result);
}

}  // namespace unjam
