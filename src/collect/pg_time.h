// Times as PostgreSQL writes them in every log container: `2024-05-18 02:40:00.037 UTC`. Used for
// each record, so the date and the zone are looked up only when they change.
#pragma once

#include "collect/digits.h"
#include "unjam/base/time.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

  /// The time at the front of `text` if it has the layout, the minute and the zone of the one that
  /// parse() read last, as nearly every one in a log has. Returns its length; 0 if it is another or
  /// too near to the end of `text`. What follows the zone is not looked at.
  std::size_t take_same_minute(std::string_view text, std::optional<TimePoint>& at) const {
    constexpr std::size_t kReach = kSecond + 8;
    if (length_ == 0 || text.size() < (length_ > kReach ? length_ : kReach) ||
        std::memcmp(text.data(), last_.data(), kSecond) != 0 ||
        ((load_eight(text.data() + length_ - 8) ^ zone_tail_) & zone_mask_) != 0) {
      return 0;
    }
    // "SS.fff": digits become 0 to 9, the point 0; what is greater gets its high bit set. The first
    // digit is 5 at most: leap seconds are for parse().
    const std::uint64_t bytes =
        (load_eight(text.data() + kSecond) ^ 0x00003030302E3030U) & second_mask_;
    if ((((bytes + 0x00007676767F767AU) | bytes) & 0x0000808080808080U) != 0) {
      return 0;
    }
    const auto digit = [bytes](int byte) {
      return static_cast<std::int64_t>((bytes >> (8 * byte)) & 0xF);
    };
    const std::int64_t millis =
        (digit(0) * 10 + digit(1)) * 1000 + digit(3) * 100 + digit(4) * 10 + digit(5);
    at = minute_ + std::chrono::milliseconds(millis);
    return length_;
  }

 private:
  static constexpr std::size_t kSecond = 17;  ///< Offset of the seconds.

  std::chrono::seconds offset_of(std::string_view zone);
  std::optional<TimePoint> parse_slowly(std::string_view text);
  /// For take_same_minute.
  void remember(std::string_view text, TimePoint at);

  std::chrono::seconds local_;
  std::array<char, 10> date_{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1'};
  TimePoint midnight_{};  // Of date_.
  std::array<char, 8> zone_{'U', 'T', 'C'};
  std::size_t zone_length_ = 3;
  std::chrono::seconds offset_{0};  // Of zone_.

  // Of the last time.
  std::array<char, kSecond> last_{};
  std::size_t length_ = 0;         // 0: none that could come again.
  std::uint64_t zone_tail_ = 0;    // Its last eight bytes,
  std::uint64_t zone_mask_ = 0;    // of which these are the blank and the zone.
  std::uint64_t second_mask_ = 0;  // Of the eight bytes at kSecond: "SS" or "SS.fff".
  TimePoint minute_{};
};

}  // namespace unjam
