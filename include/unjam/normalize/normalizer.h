// Statement text to fingerprint. RE2 defines the tokens; rules/normalize/*.yaml the spelling.
#pragma once

#include "unjam/config/rules.h"
#include "unjam/model/sql.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Immutable after construction; fingerprint() may be called from several threads.
class Normalizer {
 public:
  /// `enable`: names of opt-in rules. Throws Error{Usage} on an unknown name or a bad RE2.
  explicit Normalizer(const NormalizeRules& rules, const std::vector<std::string>& enable = {});
  ~Normalizer();
  Normalizer(Normalizer&&) noexcept;
  Normalizer& operator=(Normalizer&&) noexcept;

  /// Total: any bytes give a fingerprint, in time and memory linear in their length. Accepts raw
  /// text, MySQL and MariaDB DIGEST_TEXT and pg_stat_statements text; a fingerprint's own text
  /// gives the same fingerprint again. The text is valid UTF-8 without control characters and holds
  /// no literal. Text longer than kMaxFingerprintText is cut there and ends in "...".
  Fingerprint fingerprint(Dialect dialect, std::string_view sql) const;

  static constexpr std::size_t kMaxFingerprintText = std::size_t{64} * 1024;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Names of the tables that a fingerprint reads or writes, in order of first appearance, without
/// duplicates; schema-qualified where the text is. By tokens, not by grammar.
std::vector<std::string> tables_of(std::string_view fingerprint_text);

/// First word of a fingerprint, lower case: "select", "insert", "call", ... ("with" for CTEs).
std::string_view verb_of(std::string_view fingerprint_text);

/// `sql` as it may be shown: every literal replaced by `?` and every comment removed, spelling and
/// layout otherwise kept; valid UTF-8, control characters other than line feed and tab replaced.
std::string mask_literals(Dialect dialect, std::string_view sql);

}  // namespace unjam
