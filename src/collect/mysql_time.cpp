#include "collect/mysql_time.h"

#include "collect/digits.h"
#include "unjam/base/bytes.h"

#include <cstddef>
#include <cstring>

namespace unjam {
namespace {

/// Value of exactly `count` digits at `at`; negative if one of them is none.
int digits(const char* at, std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(at[i])) {
      return -1;
    }
    value = value * 10 + (at[i] - '0');
  }
  return value;
}

std::optional<std::chrono::sys_seconds> midnight(int year, int month, int day) {
  if (year < 0 || month < 0 || day < 0) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date);
}

/// Takes ".033083" from the front of `text`; zero without a dot.
Duration take_fraction(std::string_view& text) {
  std::int64_t micros = 0;
  if (text.empty() || text.front() != '.') {
    return Duration(0);
  }
  std::int64_t unit = 100'000;
  std::size_t at = 1;
  while (at < text.size() && is_digit(text[at])) {
    micros += (text[at] - '0') * unit;
    unit /= 10;
    ++at;
  }
  text.remove_prefix(at);
  return Duration(micros);
}

/// All of `text` as a zone: "Z", "+05:30", "-0330".
std::optional<std::chrono::seconds> parse_zone(std::string_view text) {
  if (text == "Z") {
    return std::chrono::seconds(0);
  }
  if ((text.size() != 6 || text[3] != ':') && text.size() != 5) {
    return std::nullopt;
  }
  const int hours = digits(text.data() + 1, 2);
  const int minutes = digits(text.data() + text.size() - 2, 2);
  if ((text[0] != '+' && text[0] != '-') || hours < 0 || hours > 15 || minutes < 0 ||
      minutes > 59) {
    return std::nullopt;
  }
  const std::chrono::seconds east = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[0] == '-' ? -east : east;
}

}  // namespace

std::optional<Duration> parse_mysql_seconds(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at == end || !is_digit(*at)) {
    return std::nullopt;
  }
  std::int64_t seconds = 0;
  while (at < end && is_digit(*at)) {
    if (seconds > std::chrono::floor<std::chrono::seconds>(kLongestQueryTime).count()) {
      return std::nullopt;
    }
    seconds = seconds * 10 + (*at - '0');
    ++at;
  }
  std::string_view rest(at, static_cast<std::size_t>(end - at));
  const Duration time = std::chrono::seconds(seconds) + take_fraction(rest);
  if (time > kLongestQueryTime || !rest.empty()) {
    return std::nullopt;
  }
  return time;
}

std::optional<Duration> parse_mysql_time_column(std::string_view text) {
  std::size_t colon = 0;
  while (colon < text.size() && is_digit(text[colon])) {
    ++colon;
  }
  if (colon < 2 || colon > 4 || text.size() < colon + 6 || text[colon] != ':' ||
      text[colon + 3] != ':') {
    return std::nullopt;
  }
  const int hours = digits(text.data(), colon);
  const int minutes = digits(text.data() + colon + 1, 2);
  const int seconds = digits(text.data() + colon + 4, 2);
  text.remove_prefix(colon + 6);
  const Duration fraction = take_fraction(text);
  if (minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 || !text.empty()) {
    return std::nullopt;
  }
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds) +
         fraction;
}

std::optional<TimePoint> MySqlTimeParser::parse_iso(std::string_view text) {
  if (text.size() < iso_second_.size()) {
    return std::nullopt;
  }
  const char* const at = text.data();
  if (std::memcmp(at, iso_second_.data(), iso_second_.size()) != 0) {
    const auto day = midnight(digits(at, 4), digits(at + 5, 2), digits(at + 8, 2));
    const int hour = digits(at + 11, 2);
    const int minute = digits(at + 14, 2);
    const int second = digits(at + 17, 2);
    if (!day || at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':' ||
        at[16] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60) {
      return std::nullopt;
    }
    iso_at_ = *day + std::chrono::hours(hour) + std::chrono::minutes(minute) +
              std::chrono::seconds(second);
    std::memcpy(iso_second_.data(), at, iso_second_.size());
  }
  text.remove_prefix(iso_second_.size());
  const TimePoint local = iso_at_ + take_fraction(text);
  if (text.empty()) {
    return local - utc_offset_;
  }
  const auto zone = parse_zone(text);
  if (!zone) {
    return std::nullopt;
  }
  return local - *zone;
}

std::optional<TimePoint> MySqlTimeParser::parse_usual_iso(const char* text) const {
  const EightDigits micros = read_digits(text + 20);
  if (std::memcmp(text, iso_second_.data(), iso_second_.size()) != 0 || text[19] != '.' ||
      micros.count != 6 || text[26] != 'Z') {
    return std::nullopt;
  }
  return iso_at_ + Duration(micros.value);
}

std::optional<TimePoint> MySqlTimeParser::parse_old(std::string_view text) {
  if (text.size() < 14 || text[6] != ' ' || text[9] != ':' || text[12] != ':') {
    return std::nullopt;
  }
  const char* const at = text.data();
  const int date = digits(at, 6);
  const int hour = at[7] == ' ' ? digits(at + 8, 1) : digits(at + 7, 2);
  const int minute = digits(at + 10, 2);
  std::size_t length = 15;
  int second = text.size() >= length ? digits(at + 13, 2) : -1;
  if (second < 0) {
    second = digits(at + 13, 1);
    length = 14;
  }
  if (date < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  if (static_cast<std::uint32_t>(date) != old_date_) {
    const int year = date / 10'000;
    const auto day = midnight(year < 70 ? 2000 + year : 1900 + year, date / 100 % 100, date % 100);
    if (!day) {
      return std::nullopt;
    }
    old_date_ = static_cast<std::uint32_t>(date);
    old_midnight_ = *day;
  }
  text.remove_prefix(length);
  const Duration fraction = take_fraction(text);
  if (!text.empty()) {
    return std::nullopt;
  }
  return old_midnight_ + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - utc_offset_;
}

}  // namespace unjam
