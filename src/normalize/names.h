// Names: taking quotes off, putting them on again where they are needed, and rewriting by rule.
#pragma once

#include "normalize/canon.h"
#include "normalize/words.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unjam::normalize {

/// What is between the quotes: doubled quotes undone, clean, in lower case where the dialect does
/// not tell cases apart.
std::string unquote_name(Dialect dialect, std::string_view quoted);

/// In the quotes of the dialect: back-ticks for MySQL and MariaDB, double quotes for PostgreSQL.
std::string quote_name(Dialect dialect, std::string_view name);

/// Whether the name means the same without quotes.
bool can_be_bare(Dialect dialect, const Vocabulary& vocabulary, std::string_view name,
                 bool after_dot);

/// The rules of kind Name that apply to one dialect, compiled.
class NameRules {
 public:
  /// Throws Error{Usage} on a pattern that RE2 refuses.
  NameRules(Dialect dialect, const std::vector<NormalizeRule>& rules);
  ~NameRules();
  NameRules(NameRules&&) noexcept;

  /// Rewrites the names in a finished token stream whose tables are marked.
  void apply(Canon& canon) const;

 private:
  struct Rule;
  std::string rewritten(std::string_view name, bool is_table) const;

  Dialect dialect_;
  std::vector<std::unique_ptr<Rule>> rules_;
};

}  // namespace unjam::normalize
