// Anti-patterns of a query class, by rule (rules/lint/*.yaml).
#pragma once

#include "unjam/config/rules.h"
#include "unjam/model/sql.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// What lint looks at. `measures` holds what the logs told, and only that: rows_examined_mean,
/// rows_sent_mean, rows_examined_per_sent, query_time_mean_s, query_time_p95_s, calls,
/// bytes_sent_mean, in_list_max (longest list of literals in the sample), offset_max (largest
/// OFFSET in the sample), or_columns_max (most different columns in one chain of ORs of a WHERE
/// clause of the fingerprint), burst_max (most calls of the class by one session in a row, within 1
/// s of each other).
struct LintSubject {
  Dialect dialect = Dialect::MySql;
  std::string_view fingerprint;
  std::string_view sample;  ///< Raw text of one execution; may be empty.
  std::map<std::string, double> measures;
};

/// Immutable after construction; find() may be called from several threads.
class Linter {
 public:
  /// Throws Error{Usage} on a bad RE2 or an unknown measure of a rule that is not compiled in.
  explicit Linter(std::vector<LintRule> rules);
  ~Linter();
  Linter(Linter&&) noexcept;
  Linter& operator=(Linter&&) noexcept;

  /// Rules that apply, worst first. Pointers live as long as the Linter. Adds in_list_max,
  /// offset_max and or_columns_max to the measures by itself.
  std::vector<const LintRule*> find(const LintSubject& subject) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
