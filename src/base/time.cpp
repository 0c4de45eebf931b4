#include "unjam/base/time.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace unjam {
namespace {

/// Reads exactly `digits` decimal digits at the front of `text` and removes them.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || value < 0) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<Duration> take_fraction(std::string_view& text) {
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    micros += (text[digits] - '0') * unit;
    unit /= 10;
    ++digits;
  }
  if (digits == 0) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return Duration(micros);
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (text.empty() || take(text, 'Z')) {
    return std::chrono::minutes(0);
  }
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = text.empty() ? std::optional<int>(0) : take_digits(text, 2);
  if (!hours || !minutes || *hours > 15 || *minutes > 59) {
    return std::nullopt;
  }
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return west ? -offset : offset;
}

}  // namespace

std::string format_time(TimePoint at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<TimePoint> parse_time(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) {
    return std::nullopt;
  }
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) {
    return std::nullopt;
  }
  const auto day = take_digits(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const auto date = std::chrono::year(*year) / *month / *day;
  if (!date.ok()) {
    return std::nullopt;
  }
  const TimePoint midnight{std::chrono::sys_days(date)};
  if (text.empty()) {
    return midnight;
  }
  if (!take(text, 'T') && !take(text, ' ')) {
    return std::nullopt;
  }
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) {
    return std::nullopt;
  }
  const auto minute = take_digits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) {
    return std::nullopt;
  }
  Duration clock = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (take(text, ':')) {
    const auto second = take_digits(text, 2);
    if (!second || *second > 60) {
      return std::nullopt;
    }
    clock += std::chrono::seconds(*second);
    if (take(text, '.')) {
      const auto fraction = take_fraction(text);
      if (!fraction) {
        return std::nullopt;
      }
      clock += *fraction;
    }
  }
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) {
    return std::nullopt;
  }
  return midnight + clock - *zone;
}

std::optional<Duration> parse_age(std::string_view text) {
  std::int64_t amount = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc() || amount < 0 || amount > 1'000'000 ||
      unit + 1 != text.data() + text.size()) {
    return std::nullopt;
  }
  switch (*unit) {
    case 's':
      return std::chrono::seconds(amount);
    case 'm':
      return std::chrono::minutes(amount);
    case 'h':
      return std::chrono::hours(amount);
    case 'd':
      return std::chrono::days(amount);
    case 'w':
      return std::chrono::weeks(amount);
    default:
      return std::nullopt;
  }
}

}  // namespace unjam
