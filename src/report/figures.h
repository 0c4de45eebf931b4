// Numbers as people read them (text, Markdown, HTML) and as programs do (JSON, CSV).
#pragma once

#include "unjam/base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace unjam {

/// Seconds as an exact decimal: "0", "1.5", "0.000001", "-2.25".
std::string exact_seconds(Duration duration);
/// A measured mean or sum, rounded to nanoseconds; "0" when it is not finite.
std::string exact_seconds(double seconds);
/// Up to six decimals, no trailing zeros; "0" when it is not finite.
std::string exact_ratio(double ratio);

/// "85 µs", "4.1 ms", "412 ms", "3.2 s", "12 m 5 s", "1 h 12 m", "3 d 4 h".
std::string human_duration(Duration duration);
/// "999", "1.2 k", "12.3 k", "4.5 M".
std::string human_count(std::uint64_t count);
/// "512 B", "12.3 kB", "1.2 GB" (powers of 1000).
std::string human_bytes(std::uint64_t bytes);
/// Three digits at most: "0.04", "1.2", "34", "1.2 k".
std::string human_number(double number);
/// `share` in [0, 1]: "42.1 %", "<0.1 %", "0 %".
std::string human_percent(double share);
/// "2024-05-18 02:40:00", UTC.
std::string human_time(TimePoint at);
/// From seconds that a float holds; saturates.
Duration to_duration(double seconds);

/// A bar of `columns` terminal columns for `share` in [0, 1], in eighths; always `columns` wide.
std::string share_bar(double share, std::size_t columns);
/// One block character per column, scaled to the largest value; empty when there is nothing to
/// draw.
std::string sparkline(const std::vector<double>& values, std::size_t columns);
/// At most `slots` values, each the mean of an equal run of `values` (negative and not finite: 0).
std::vector<double> resample(const std::vector<double>& values, std::size_t slots);

}  // namespace unjam
