// Rules are data: what a user may want to change lives in rules/*/*.yaml, compiled into the binary
// and replaceable with a directory of the same shape. Each rule carries examples that a test runs.
#pragma once

#include "unjam/model/sql.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// English and Japanese text of one message.
struct Text {
  std::string en;
  std::string ja;
};

/// A rewriting of names (never of literals: those are gone before any rule runs, so no rule can
/// leak one or make two statements of one shape differ).
struct NormalizeRule {
  std::string name;
  std::vector<Dialect> dialects;  ///< Empty: all.
  bool enabled = true;            ///< Opt-in rules say false.
  enum class Kind {
    Synonym,  ///< Words that a server treats as one: `from` words become `to`.
    Name,     ///< RE2 over table and column names (not keywords): match is replaced by `to`.
  } kind = Kind::Synonym;
  /// Synonym: words, lower case; `word(`: only before an opening parenthesis.
  std::vector<std::string> from;
  std::string pattern;       ///< Name: RE2, matched anywhere in the name.
  std::string to;            ///< Name: RE2 replacement (\1).
  bool tables_only = false;  ///< Name: only names in table position.
  std::string why;
};

/// One input/output pair of a normalisation file; `sql` strings all have fingerprint `fingerprint`.
struct NormalizeExample {
  std::vector<Dialect> dialects;
  std::vector<std::string> sql;
  std::string fingerprint;
  std::vector<std::string> enable;  ///< Opt-in rules that are on for this example.
  std::string file;
  std::size_t line = 0;
};

struct NormalizeRules {
  std::vector<NormalizeRule> rules;
  std::vector<NormalizeExample> examples;
};

/// An anti-pattern: conditions on a query class, all of which must hold.
struct LintRule {
  std::string id;                 ///< "leading-wildcard-like"
  std::vector<Dialect> dialects;  ///< Empty: all.
  std::string severity;           ///< "info", "warning", "error"
  std::string match;              ///< RE2 on the fingerprint text; empty: always.
  std::string unless;             ///< RE2 on the fingerprint text that forbids the finding.
  std::string match_sample;       ///< RE2 on the sample's text (with literals); empty: always.
  std::map<std::string, double> at_least;  ///< Measure: lower bound, e.g. rows_sent_mean: 1000.
  Text title;
  Text why;
  Text instead;
  struct Example {
    std::string sql;
    Dialect dialect = Dialect::MySql;
    std::map<std::string, double> measures;
    bool finds = true;
  };
  std::vector<Example> examples;
  std::string file;
  std::size_t line = 0;
  bool compiled_in = false;  ///< Comes with unjam, whose tests have compiled its patterns.
};

/// Throws Error{Usage} that lists every mistake of every file at once, each with file and line.
/// Empty `directory`: the rules compiled in.
NormalizeRules load_normalize_rules(const std::filesystem::path& directory = {});
std::vector<LintRule> load_lint_rules(const std::filesystem::path& directory = {});

}  // namespace unjam
