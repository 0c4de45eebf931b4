// Times as PostgreSQL writes them in every log container: `2024-05-18 02:40:00.037 UTC`. Used for
// each record, so the date and the zone are looked up only when they change.
#pragma once

#include "unjam/base/time.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace unjam {

/// The offset from UTC of a zone as %Z writes it: `UTC`, `CEST`, `+03`, `-0330`, `+05:45`. Of an
/// abbreviation with several meanings (CST, IST, PST, ...) the one that equals `local` is taken if
/// there is one, else the best known one. nullopt: unknown.
std::optional<std::chrono::seconds> pg_zone_offset(std::string_view zone,
                                                   std::chrono::seconds local);

/// Length of `YYYY-MM-DD HH:MM:SS[.fff] ZONE` at the front of `text`; 0 if there is none. A colon
/// is not part of ZONE, since prefixes put one behind it. Looks at 48 bytes at most.
std::size_t pg_time_length(std::string_view text);

/// Not thread-safe (it caches); cheap to copy.
class PgTimeParser {
 public:
  /// `local`: offset for times without a zone, or with one that nobody knows.
  explicit PgTimeParser(std::chrono::seconds local) : local_(local) {}

  /// All of `text` must be `YYYY-MM-DD HH:MM:SS[.fff][ ZONE]`; ISO 8601 with `T` will do as well.
  std::optional<TimePoint> parse(std::string_view text);

 private:
  std::chrono::seconds offset_of(std::string_view zone);

  std::chrono::seconds local_;
  std::array<char, 10> date_{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1'};
  TimePoint midnight_{};  // Of date_.
  std::array<char, 8> zone_{'U', 'T', 'C'};
  std::size_t zone_length_ = 3;
  std::chrono::seconds offset_{0};  // Of zone_.
};

}  // namespace unjam
