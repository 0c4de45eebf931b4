#include "report/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace unjam {
namespace {

void trim_zeros(std::string& decimal) {
  decimal.erase(decimal.find_last_not_of('0') + 1);
  if (decimal.ends_with('.')) {
    decimal.pop_back();
  }
}

std::string trimmed_decimal(double value, int decimals) {
  if (!std::isfinite(value)) {
    return "0";
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  trim_zeros(text);
  return text == "-0" ? "0" : text;
}

/// `value` in units of `unit`, rounded, one decimal below ten.
std::string scaled(std::uint64_t value, std::uint64_t unit) {
  const std::uint64_t tenths = (value * 10 + unit / 2) / unit;
  return tenths < 100 ? fmt::format("{}.{}", tenths / 10, tenths % 10)
                      : fmt::format("{}", (value + unit / 2) / unit);
}

std::string scaled_count(std::uint64_t value, std::uint64_t unit) {
  const auto rounded = [&](std::uint64_t step) {
    return value / step + (value % step >= step / 2 ? 1 : 0);
  };
  const std::uint64_t tenths = rounded(unit / 10);
  return tenths < 1000 ? fmt::format("{}.{}", tenths / 10, tenths % 10)
                       : fmt::format("{}", rounded(unit));
}

std::string with_prefix(std::uint64_t value, std::string_view suffix, bool kilo_always) {
  struct Prefix {
    std::uint64_t unit;
    std::string_view name;
  };
  constexpr std::array<Prefix, 6> kPrefixes = {{{1'000'000'000'000'000'000, "E"},
                                                {1'000'000'000'000'000, "P"},
                                                {1'000'000'000'000, "T"},
                                                {1'000'000'000, "G"},
                                                {1'000'000, "M"},
                                                {1'000, "k"}}};
  for (const Prefix& prefix : kPrefixes) {
    // 999,500 rounds to 1.0 M, not to 1000 k.
    if (value >= prefix.unit - prefix.unit / 2000 && value >= 1000) {
      return fmt::format("{} {}{}", scaled_count(value, prefix.unit), prefix.name, suffix);
    }
  }
  return kilo_always ? fmt::format("{} {}", value, suffix) : fmt::format("{}", value);
}

double drawable(double value) { return std::isfinite(value) && value > 0 ? value : 0; }

}  // namespace

std::string exact_seconds(Duration duration) {
  const bool negative = duration.count() < 0;
  // Two's complement negation by hand: the smallest Duration has no positive counterpart.
  const auto bits = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t micros = negative ? 0 - bits : bits;
  std::string text = fmt::format("{}{}", negative ? "-" : "", micros / 1'000'000);
  if (micros % 1'000'000 != 0) {
    fmt::format_to(std::back_inserter(text), ".{:06}", micros % 1'000'000);
    trim_zeros(text);
  }
  return text;
}

std::string exact_seconds(double seconds) { return trimmed_decimal(seconds, 9); }

std::string exact_ratio(double ratio) { return trimmed_decimal(ratio, 6); }

std::string human_duration(Duration duration) {
  constexpr std::uint64_t kMs = 1'000;
  constexpr std::uint64_t kS = 1'000'000;
  if (duration.count() < 0) {
    return "0 µs";
  }
  const auto micros = static_cast<std::uint64_t>(duration.count());
  if (micros < kMs) {
    return fmt::format("{} µs", micros);
  }
  if (micros + kMs / 2 < kS) {
    return scaled(micros, kMs) + " ms";
  }
  if (micros < 60 * kS) {
    return scaled(micros, kS) + " s";
  }
  // Rounded to the smaller unit that is shown, so that 59.97 s more or less is not a minute less.
  const std::uint64_t seconds = (micros + kS / 2) / kS;
  const std::uint64_t minutes = seconds < 3600 ? seconds / 60 : (seconds + 30) / 60;
  const std::uint64_t hours = minutes < std::uint64_t{24} * 60 ? minutes / 60 : (minutes + 30) / 60;
  const auto pair = [](std::uint64_t large, char large_unit, std::uint64_t small, char small_unit) {
    return small == 0 ? fmt::format("{} {}", large, large_unit)
                      : fmt::format("{} {} {} {}", large, large_unit, small, small_unit);
  };
  if (hours == 0) {
    return pair(minutes, 'm', seconds % 60, 's');
  }
  if (hours < 24) {
    return pair(hours, 'h', minutes % 60, 'm');
  }
  return pair(hours / 24, 'd', hours % 24, 'h');
}

std::string human_count(std::uint64_t count) { return with_prefix(count, "", false); }

std::string human_bytes(std::uint64_t bytes) { return with_prefix(bytes, "B", true); }

std::string human_number(double number) {
  const double value = drawable(number);
  if (value >= 1000) {
    return human_count(value >= 1.8e19 ? std::numeric_limits<std::uint64_t>::max()
                                       : static_cast<std::uint64_t>(value));
  }
  if (value >= 99.5) {
    return fmt::format("{:.0f}", value);
  }
  if (value >= 1) {
    return trimmed_decimal(value, 1);
  }
  return value == 0 ? "0" : (value < 0.005 ? "<0.01" : trimmed_decimal(value, 2));
}

std::string human_percent(double share) {
  const double percent = drawable(share) * 100;
  if (percent == 0) {
    return "0 %";
  }
  return percent < 0.1 ? "<0.1 %" : fmt::format("{:.1f} %", percent);
}

std::string human_time(TimePoint at) {
  std::string text = format_time(at).substr(0, 19);
  if (const std::size_t t = text.find('T'); t != std::string::npos) {
    text[t] = ' ';
  }
  return text;
}

Duration to_duration(double seconds) {
  constexpr double kLargest = 9.2e12;
  return Duration(std::llround(std::min(drawable(seconds), kLargest) * 1e6));
}

std::string share_bar(double share, std::size_t columns) {
  constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double filled = std::min(drawable(share), 1.0) * static_cast<double>(columns) * 8;
  auto eighths = static_cast<std::size_t>(std::lround(filled));
  if (eighths == 0 && share > 0) {
    eighths = 1;
  }
  std::string bar;
  for (std::size_t column = 0; column < eighths / 8; ++column) {
    bar += "█";
  }
  const std::size_t used = eighths / 8 + (eighths % 8 != 0 ? 1 : 0);
  bar += kEighths.at(eighths % 8);
  bar.append(columns - std::min(columns, used), ' ');
  return bar;
}

std::vector<double> resample(const std::vector<double>& values, std::size_t slots) {
  std::vector<double> result;
  const std::size_t count = std::min(slots, values.size());
  result.reserve(count);
  for (std::size_t slot = 0; slot < count; ++slot) {
    const std::size_t begin = slot * values.size() / count;
    const std::size_t end = (slot + 1) * values.size() / count;
    double sum = 0;
    for (std::size_t at = begin; at < end; ++at) {
      sum += drawable(values[at]) / static_cast<double>(end - begin);
    }
    result.push_back(drawable(sum));
  }
  return result;
}

std::string sparkline(const std::vector<double>& values, std::size_t columns) {
  constexpr std::array<std::string_view, 8> kHeights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::vector<double> points = resample(values, columns);
  const double largest = points.empty() ? 0 : *std::max_element(points.begin(), points.end());
  if (largest <= 0) {
    return "";
  }
  std::string line;
  for (const double point : points) {
    if (point <= 0) {
      line += ' ';
      continue;
    }
    const auto height = static_cast<std::size_t>(std::lround(std::min(1.0, point / largest) * 7));
    line += kHeights.at(height);
  }
  return line;
}

}  // namespace unjam
