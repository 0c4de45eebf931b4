#include "collect/pg_time.h"

#include "unjam/base/bytes.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace unjam {
namespace {

using std::chrono::seconds;

constexpr std::size_t kDateLength = 10;
constexpr std::size_t kClockLength = 19;  // "YYYY-MM-DD HH:MM:SS"
constexpr std::size_t kLongestZone = 8;
constexpr std::size_t kLongestFraction = 9;

struct Abbreviation {
  std::string_view name;
  int minutes;  // east of UTC
};

/// Where a name occurs twice, the first entry is the one to assume.
constexpr Abbreviation kAbbreviations[] = {
    {"UTC", 0},     {"GMT", 0},    {"UCT", 0},    {"Z", 0},       {"WET", 0},    {"WEST", 60},
    {"CET", 60},    {"CEST", 120}, {"MET", 60},   {"MEST", 120},  {"EET", 120},  {"EEST", 180},
    {"BST", 60},    {"BST", 360},  {"MSK", 180},  {"MSD", 240},   {"EST", -300}, {"EDT", -240},
    {"CST", -360},  {"CST", 480},  {"CST", -300}, {"CDT", -300},  {"CDT", -240}, {"CDT", 540},
    {"MST", -420},  {"MDT", -360}, {"PST", -480}, {"PST", 480},   {"PDT", -420}, {"AKST", -540},
    {"AKDT", -480}, {"HST", -600}, {"HDT", -540}, {"AST", -240},  {"ADT", -180}, {"NST", -210},
    {"NDT", -150},  {"IST", 330},  {"IST", 120},  {"IST", 60},    {"IDT", 180},  {"PKT", 300},
    {"JST", 540},   {"KST", 540},  {"HKT", 480},  {"SGT", 480},   {"WIB", 420},  {"WITA", 480},
    {"WIT", 540},   {"AWST", 480}, {"ACST", 570}, {"ACDT", 630},  {"AEST", 600}, {"AEDT", 660},
    {"ChST", 600},  {"NZST", 720}, {"NZDT", 780}, {"SST", -660},  {"SAST", 120}, {"CAT", 120},
    {"EAT", 180},   {"WAT", 60},   {"BRT", -180}, {"BRST", -120}, {"ART", -180}, {"CLT", -240},
    {"CLST", -180}, {"ICT", 420},  {"GST", 240},  {"TRT", 180},
};

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// -1 unless both are digits.
int two_digits(const char* text) {
  if (!is_digit(text[0]) || !is_digit(text[1])) {
    return -1;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

std::optional<seconds> numeric_offset(std::string_view zone) {
  const bool west = zone.front() == '-';
  zone.remove_prefix(1);
  int parts[3] = {0, 0, 0};
  std::size_t count = 0;
  while (!zone.empty()) {
    if (count == 3) {
      return std::nullopt;
    }
    if (count > 0 && zone.front() == ':') {
      zone.remove_prefix(1);
    }
    const bool single = count == 0 && zone.size() == 1 && is_digit(zone[0]);
    const int value = single ? zone[0] - '0' : zone.size() < 2 ? -1 : two_digits(zone.data());
    if (value < 0 || value > (count == 0 ? 15 : 59)) {
      return std::nullopt;
    }
    parts[count++] = value;
    zone.remove_prefix(single ? 1 : 2);
  }
  if (count == 0) {
    return std::nullopt;
  }
  const seconds offset{parts[0] * 3600 + parts[1] * 60 + parts[2]};
  return west ? -offset : offset;
}

bool has_clock_shape(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd";
  if (text.size() < kClockLength) {
    return false;
  }
  for (std::size_t i = 0; i < kClockLength; ++i) {
    if (kShape[i] == 'd' ? !is_digit(text[i]) : text[i] != kShape[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<seconds> pg_zone_offset(std::string_view zone, seconds local) {
  if (zone.empty()) {
    return std::nullopt;
  }
  if (zone.front() == '+' || zone.front() == '-') {
    return numeric_offset(zone);
  }
  std::optional<seconds> best;
  for (const Abbreviation& known : kAbbreviations) {
    if (known.name == zone) {
      const seconds offset = std::chrono::minutes(known.minutes);
      if (offset == local) {
        return offset;
      }
      if (!best) {
        best = offset;
      }
    }
  }
  return best;
}

std::size_t pg_time_length(std::string_view text) {
  if (!has_clock_shape(text)) {
    return 0;
  }
  std::size_t at = kClockLength;
  if (at < text.size() && text[at] == '.') {
    const std::size_t digits = ++at;
    while (at < text.size() && at - digits < kLongestFraction && is_digit(text[at])) {
      ++at;
    }
    if (at == digits) {
      return 0;
    }
  }
  if (at >= text.size() || text[at] != ' ') {
    return 0;
  }
  const std::size_t zone = ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    ++at;
    const std::size_t digits = at;
    while (at < text.size() && at - digits < 6 && is_digit(text[at])) {
      ++at;
    }
    return at > digits ? at : 0;
  }
  while (at < text.size() && at - zone < kLongestZone && is_letter(text[at])) {
    ++at;
  }
  return at > zone ? at : 0;
}

seconds PgTimeParser::offset_of(std::string_view zone) {
  if (zone.size() == zone_length_ && std::memcmp(zone.data(), zone_.data(), zone.size()) == 0) {
    return offset_;
  }
  const seconds offset = pg_zone_offset(zone, local_).value_or(local_);
  if (zone.size() <= zone_.size()) {
    std::copy(zone.begin(), zone.end(), zone_.begin());
    zone_length_ = zone.size();
    offset_ = offset;
  }
  return offset;
}

std::optional<TimePoint> PgTimeParser::parse(std::string_view text) {
  std::optional<TimePoint> at;
  if (text.size() == length_ && take_same_minute(text, at) != 0) {
    return at;
  }
  at = parse_slowly(text);
  length_ = 0;
  if (at) {
    remember(text, *at);
  }
  return at;
}

void PgTimeParser::remember(std::string_view text, TimePoint at) {
  constexpr std::size_t kFraction = 4;  // ".fff"
  if (text.size() <= kClockLength || text[kSecond] > '5' || text[kDateLength] != ' ') {
    return;
  }
  const bool fraction = text[kClockLength] == '.';
  const std::size_t zone = kClockLength + (fraction ? kFraction : 0);
  if (text.size() < zone + 2 || text.size() > zone + 8 || text[zone] != ' ' ||
      (fraction && !std::all_of(text.begin() + kClockLength + 1, text.begin() + zone, is_digit))) {
    return;
  }
  int millis = ((text[kSecond] - '0') * 10 + (text[kSecond + 1] - '0')) * 1000;
  if (fraction) {
    const char* const digits = text.data() + kClockLength + 1;
    millis += (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  }
  minute_ = at - std::chrono::milliseconds(millis);
  std::copy_n(text.begin(), kSecond, last_.begin());
  length_ = text.size();
  zone_tail_ = load_eight(text.data() + length_ - 8);
  zone_mask_ = ~std::uint64_t{0} << (64 - 8 * (length_ - zone));
  second_mask_ = fraction ? 0x0000FFFFFFFFFFFFU : 0xFFFFU;
}

std::optional<TimePoint> PgTimeParser::parse_slowly(std::string_view text) {
  if (text.size() < kClockLength) {
    return std::nullopt;
  }
  if (text[kDateLength] == 'T') {
    return parse_time(text);
  }
  if (text[kDateLength] != ' ' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  if (std::memcmp(text.data(), date_.data(), kDateLength) != 0) {
    const auto midnight = parse_time(text.substr(0, kDateLength));
    if (!midnight) {
      return std::nullopt;
    }
    std::copy_n(text.begin(), kDateLength, date_.begin());
    midnight_ = *midnight;
  }
  const int hour = two_digits(text.data() + 11);
  const int minute = two_digits(text.data() + 14);
  const int second = two_digits(text.data() + 17);
  // 60 is a leap second.
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  std::size_t at = kClockLength;
  std::int64_t micros = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100'000;
    const std::size_t digits = ++at;
    while (at < text.size() && is_digit(text[at])) {
      micros += (text[at++] - '0') * unit;
      unit /= 10;
    }
    if (at == digits) {
      return std::nullopt;
    }
  }
  seconds offset = local_;
  if (at < text.size()) {
    if (text[at] != ' ' && text[at] != '+' && text[at] != '-' && text[at] != 'Z') {
      return std::nullopt;
    }
    const std::string_view zone = text.substr(text[at] == ' ' ? at + 1 : at);
    if (zone.empty() || zone.size() > 64) {
      return std::nullopt;
    }
    offset = offset_of(zone);
  }
  return midnight_ + seconds(hour * 3600 + minute * 60 + second) + Duration(micros) - offset;
}

}  // namespace unjam
