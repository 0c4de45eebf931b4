#include "config/config_values.h"

#include "config/server_values.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

/// The number at the front of `text` and what follows it.
std::optional<std::pair<std::uint64_t, std::string_view>> split_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return std::nullopt;
  }
  return std::pair(number, text.substr(static_cast<std::size_t>(end - text.data())));
}

constexpr std::array<std::pair<std::string_view, Duration>, 6> kDurations = {{
    {"ms", std::chrono::milliseconds(1)},
    {"s", std::chrono::seconds(1)},
    {"m", std::chrono::minutes(1)},
    {"h", std::chrono::hours(1)},
    {"d", std::chrono::days(1)},
    {"w", std::chrono::weeks(1)},
}};

constexpr std::array<std::pair<std::string_view, int>, 4> kSizes = {{
    {"KB", 10},
    {"MB", 20},
    {"GB", 30},
    {"TB", 40},
}};

std::optional<Duration> parse_duration(std::string_view text) {
  const auto parts = split_number(text);
  if (!parts) {
    return std::nullopt;
  }
  for (const auto& [unit, length] : kDurations) {
    const auto most = static_cast<std::uint64_t>(std::chrono::weeks(10'000) / length);
    if (parts->second == unit && parts->first <= most) {
      return static_cast<Duration::rep>(parts->first) * length;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto parts = split_number(text);
  if (!parts) {
    return std::nullopt;
  }
  for (const auto& [unit, shift] : kSizes) {
    if (parts->second == unit &&
        parts->first <= std::numeric_limits<std::uint64_t>::max() >> shift) {
      return parts->first << shift;
    }
  }
  return std::nullopt;
}

std::string size_text(std::uint64_t bytes) {
  std::string result = fmt::format("{}", bytes);
  for (const auto& [unit, shift] : kSizes) {
    if (bytes >> shift << shift == bytes && bytes >> shift != 0) {
      result = fmt::format("{}{}", bytes >> shift, unit);
    }
  }
  return result;
}

}  // namespace

std::string duration_text(Duration duration) {
  std::string result = fmt::format("{}us", duration.count());
  for (const auto& [unit, length] : kDurations) {
    // Two weeks are said in days, as everybody says retention.
    if (unit != "w" && duration >= length && duration % length == Duration::zero()) {
      result = fmt::format("{}{}", duration / length, unit);
    }
  }
  return result;
}

std::optional<Duration> read_duration(YamlMapping& mapping, std::string_view key, Duration least,
                                      Duration most) {
  const std::optional<std::string> text = mapping.text(key);
  if (!text) {
    return std::nullopt;
  }
  const auto duration = parse_duration(*text);
  if (!duration) {
    mapping.mistake_at(key, fmt::format("{} is {}, which is not a duration; write a whole number "
                                        "and its unit: 500ms, 10s, 15m, 24h, 7d",
                                        in_quotes(key), in_quotes(*text)));
  } else if (*duration < least || *duration > most) {
    mapping.mistake_at(key, fmt::format("{} is {}; it must be from {} to {}", in_quotes(key), *text,
                                        duration_text(least), duration_text(most)));
  } else {
    return duration;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_size(YamlMapping& mapping, std::string_view key,
                                       std::uint64_t least, std::uint64_t most) {
  const std::optional<std::string> text = mapping.text(key);
  if (!text) {
    return std::nullopt;
  }
  const auto size = parse_size(*text);
  if (!size) {
    mapping.mistake_at(key, fmt::format("{} is {}, which is not a size; write a whole number and "
                                        "its unit: 512MB, 2GB",
                                        in_quotes(key), in_quotes(*text)));
  } else if (*size < least || *size > most) {
    mapping.mistake_at(key, fmt::format("{} is {}; it must be from {} to {}", in_quotes(key), *text,
                                        size_text(least), size_text(most)));
  } else {
    return size;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_utc_offset(YamlMapping& mapping, std::string_view key) {
  const std::optional<std::string> text = mapping.text(key);
  if (!text) {
    return std::nullopt;
  }
  const auto noon = parse_time("2000-01-01T12:00:00Z");
  const auto there = text->empty() ? std::nullopt : parse_time("2000-01-01T12:00:00" + *text);
  if (!noon || !there) {
    mapping.mistake_at(key, fmt::format("{} is {}; write Z, +09:00 or -05:30 (in quotes)",
                                        in_quotes(key), in_quotes(*text)));
    return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*noon - *there);
}

std::optional<std::filesystem::path> read_path(YamlMapping& mapping, std::string_view key) {
  const std::optional<std::string> text = mapping.text(key);
  if (!text) {
    return std::nullopt;
  }
  if (!text->starts_with('/') || !is_plain(*text)) {
    mapping.mistake_at(key, fmt::format("{} is {}; write a path that begins with /", in_quotes(key),
                                        in_quotes(*text)));
    return std::nullopt;
  }
  return *text;
}

}  // namespace unjam
