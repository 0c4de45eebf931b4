// Times as the MySQL family writes them: `# Time:` lines of the slow log in both forms, and the
// TIME and TIMESTAMP columns of mysql.slow_log. Read once per event, so dates are converted only
// when they change.
#pragma once

#include "unjam/base/time.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unjam {

/// No statement runs longer than ten years; servers have logged wrapped counters, though.
inline constexpr Duration kLongestQueryTime = std::chrono::hours(24 * 365 * 10);

/// "0.001830", "2" or "18446744073708.796870.000036", in seconds; digits behind the sixth decimal
/// are dropped. nullopt: no number, or more than kLongestQueryTime.
std::optional<Duration> parse_mysql_seconds(std::string_view text);

/// "00:00:02.000731", "838:59:59". nullopt for negative and broken times.
std::optional<Duration> parse_mysql_time_column(std::string_view text);

/// Not thread-safe (it caches); cheap to copy.
class MySqlTimeParser {
 public:
  /// `utc_offset`: of times that are written without a zone.
  explicit MySqlTimeParser(std::chrono::seconds utc_offset) : utc_offset_(utc_offset) {}

  /// "2024-05-18T02:40:00.033083Z", also with a blank for the T, another zone, or no zone.
  std::optional<TimePoint> parse_iso(std::string_view text);

  /// parse_iso of exactly 27 bytes in UTC with six decimals, "2024-05-18T02:40:00.033083Z"; nullopt
  /// for other forms, and when it is not in the second of the time before. 27 bytes can be read.
  std::optional<TimePoint> parse_usual_iso(const char* text) const;

  /// "070927  8:08:52", with or without decimals. The year is 1970 to 2069.
  std::optional<TimePoint> parse_old(std::string_view text);

 private:
  std::chrono::seconds utc_offset_;
  // Text of iso_at_.
  std::array<char, 19> iso_second_{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1',
                                   'T', '0', '0', ':', '0', '0', ':', '0', '0'};
  std::chrono::sys_seconds iso_at_{};
  std::uint32_t old_date_ = 700101;  // yymmdd of old_midnight_.
  std::chrono::sys_seconds old_midnight_{};
};

}  // namespace unjam
