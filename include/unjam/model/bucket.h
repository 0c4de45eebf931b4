// What executions of one query class add to one minute: the unit of everything that is stored. All
// of it is additive, so minutes merge to hours and days, and two deliveries of different executions
// merge in any order.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/histogram.h"
#include "unjam/model/sql.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Where executions were seen. A server watched through its log and its counters is seen twice, so
/// every stored number belongs to one source, and a ranking takes each target's numbers from one of
/// them.
enum class Source : std::uint8_t {
  Log,       ///< Slow log, server log or mysql.slow_log: what the server chose to log.
  Counters,  ///< performance_schema digests or pg_stat_statements: every execution, without values.
};

/// "log", "counters".
std::string_view to_string(Source source);

/// Sum of what was told; absent when nothing told it.
struct OptionalSum {
  std::uint64_t sum = 0;
  bool told = false;
  void add(std::uint64_t value) {
    sum += value;
    told = true;
  }
  void merge(const OptionalSum& other) {
    sum += other.sum;
    told |= other.told;
  }
  bool operator==(const OptionalSum&) const = default;
};

struct Counts {
  std::uint64_t calls = 0;
  Duration query_time{0};
  Duration query_time_max{0};  ///< Longest execution; 0 when the source does not tell.
  OptionalSum lock_time;       ///< Microseconds.
  OptionalSum rows_examined;
  OptionalSum rows_sent;
  OptionalSum rows_affected;
  OptionalSum bytes_sent;
  OptionalSum blocks_read;  ///< Pages not found in the buffer pool (PostgreSQL shared_blks_read).
  OptionalSum temporary_tables_on_disk;
  OptionalSum without_index;  ///< Executions that used no index (MySQL SUM_NO_INDEX_USED).
  std::uint64_t errors = 0;
  /// Executions whose time is known singly or by class of time; may hold fewer than `calls`, or
  /// none.
  Histogram histogram;

  void merge(const Counts& other);
};

/// What a class's executions had in common: "user", "database", "host", or "tag:KEY" for a query
/// tag.
struct Attribute {
  std::string key;
  std::string value;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes a 0 of the generated code for a
  // pointer.
  auto operator<=>(const Attribute&) const = default;
};

struct AttributeCount {
  Attribute attribute;
  std::uint64_t calls = 0;
  Duration query_time{0};
};

/// One class in one slice. A class has at most kMaxAttributes distinct attributes of one key in a
/// slice; what exceeds them is counted under the value "(other)".
struct ClassDelta {
  static constexpr std::size_t kMaxAttributes = 32;

  FingerprintId id;
  Counts counts;
  std::vector<AttributeCount> attributes;  ///< Distinct.
};

}  // namespace unjam
