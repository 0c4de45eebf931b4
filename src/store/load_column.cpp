#include "store/load_column.h"

#include <algorithm>
#include <array>
#include <vector>

namespace unjam {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeader = 24;
constexpr std::size_t kException = 12;
constexpr std::size_t kPadding = 8;

unsigned bytes_of(std::uint64_t value) {
  return static_cast<unsigned>(std::bit_width(value) + 7) / 8;
}

/// The width of a column that takes the fewest bytes together with its exceptions.
unsigned best_width(const std::vector<std::uint64_t>& values) {
  std::array<std::size_t, 9> of_width{};
  for (const std::uint64_t value : values) {
    ++of_width[bytes_of(value)];
  }
  unsigned best = 8;
  std::size_t best_size = SIZE_MAX;
  std::size_t larger = 0;
  for (unsigned width = 9; width-- > 0;) {
    const std::size_t size = values.size() * width + larger * kException;
    if (size < best_size) {
      best = width;
      best_size = size;
    }
    larger += of_width[width];
  }
  return best;
}

std::size_t append_column(const std::vector<std::uint64_t>& values, unsigned width,
                          std::string& column, std::string& exceptions) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const bool fits = bytes_of(values[row]) <= width;
    append_fixed(column, fits ? values[row] : 0, width);
    if (!fits) {
      append_fixed(exceptions, row, 4);
      append_fixed(exceptions, values[row], 8);
      ++count;
    }
  }
  return count;
}

std::uint64_t bounded_time(Duration time) {
  return static_cast<std::uint64_t>(
      std::clamp<std::int64_t>(time.count(), 0, static_cast<std::int64_t>(kMostQueryTime)));
}

std::uint64_t mask_of(unsigned width) {
  return width == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * width);
}

}  // namespace

std::string encode_load(const Segment& segment) {
  std::vector<std::uint64_t> calls;
  std::vector<std::uint64_t> times;
  for (const SegmentRow& row : segment) {
    calls.push_back(row.counts.calls);
    times.push_back(bounded_time(row.counts.query_time));
  }
  const ClassNumber lowest = segment.empty() ? 0 : segment.front().class_number;
  const ClassNumber highest = segment.empty() ? 0 : segment.back().class_number;
  const std::uint64_t words = segment.empty() ? 0 : (highest - lowest) / 64 + 1;
  unsigned class_width = std::max(1U, bytes_of(highest - lowest));
  if (words * 8 < segment.size() * class_width) {
    class_width = 0;
  }
  std::string columns;
  if (class_width == 0) {
    std::vector<std::uint64_t> bitmap(words);
    for (const SegmentRow& row : segment) {
      bitmap[(row.class_number - lowest) / 64] |= std::uint64_t{1}
                                                  << (row.class_number - lowest) % 64;
    }
    for (const std::uint64_t word : bitmap) {
      append_fixed(columns, word, 8);
    }
  } else {
    for (const SegmentRow& row : segment) {
      append_fixed(columns, row.class_number - lowest, class_width);
    }
  }
  const unsigned calls_width = best_width(calls);
  const unsigned times_width = best_width(times);
  std::string exceptions;
  const std::size_t calls_exceptions = append_column(calls, calls_width, columns, exceptions);
  const std::size_t times_exceptions = append_column(times, times_width, columns, exceptions);

  std::string blob;
  append_fixed(blob, kVersion, 1);
  append_fixed(blob, class_width, 1);
  append_fixed(blob, calls_width, 1);
  append_fixed(blob, times_width, 1);
  append_fixed(blob, segment.size(), 4);
  append_fixed(blob, calls_exceptions, 4);
  append_fixed(blob, times_exceptions, 4);
  append_fixed(blob, lowest, 4);
  append_fixed(blob, class_width == 0 ? words : 0, 4);
  blob += columns;
  blob += exceptions;
  blob.append(kPadding, '\0');
  return blob;
}

LoadColumn::LoadColumn(std::string_view blob) {
  ByteReader header(blob);
  if (header.fixed(1) != kVersion) {
    throw_damaged("version of the load");
  }
  class_width_ = static_cast<unsigned>(header.fixed(1));
  calls_.width = static_cast<unsigned>(header.fixed(1));
  times_.width = static_cast<unsigned>(header.fixed(1));
  rows_ = header.fixed(4);
  calls_.exception_count = header.fixed(4);
  times_.exception_count = header.fixed(4);
  lowest_ = static_cast<ClassNumber>(header.fixed(4));
  words_ = header.fixed(4);
  if (class_width_ > 4 || calls_.width > 8 || times_.width > 8) {
    throw_damaged("width of a column");
  }
  const std::size_t class_bytes = class_width_ == 0 ? words_ * 8 : rows_ * class_width_;
  const std::size_t value_bytes = rows_ * (calls_.width + times_.width);
  const std::size_t exceptions = calls_.exception_count + times_.exception_count;
  // No overflow: every factor is below 2^36.
  if (blob.size() != kHeader + class_bytes + value_bytes + exceptions * kException + kPadding) {
    throw_damaged("size of the load");
  }
  classes_ = blob.substr(kHeader, class_bytes);
  calls_.values = blob.data() + kHeader + class_bytes;
  times_.values = calls_.values + rows_ * calls_.width;
  calls_.exceptions = times_.values + rows_ * times_.width;
  times_.exceptions = calls_.exceptions + calls_.exception_count * kException;
  calls_.mask = mask_of(calls_.width);
  times_.mask = mask_of(times_.width);
  std::uint64_t highest = lowest_;
  if (class_width_ == 0) {
    std::size_t count = 0;
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t bits = load_eight(classes_.data() + word * 8);
      count += static_cast<std::size_t>(std::popcount(bits));
      if (bits != 0) {
        highest = lowest_ + word * 64 + static_cast<std::size_t>(std::bit_width(bits)) - 1;
      }
    }
    if (count != rows_) {
      throw_damaged("number of classes");
    }
  } else if (rows_ > 0) {
    highest = lowest_ +
              (load_eight(classes_.data() + (rows_ - 1) * class_width_) & mask_of(class_width_));
  }
  if (highest > UINT32_MAX) {
    throw_damaged("number of a class");
  }
  highest_ = static_cast<ClassNumber>(highest);
}

std::uint64_t LoadColumn::Column::at(std::size_t row) const {
  std::size_t low = 0;
  std::size_t high = exception_count;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (exception_row(middle) < row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return base(row) + (exception_row(low) == row ? exception(low) : 0);
}

std::optional<std::size_t> LoadColumn::row_of(ClassNumber class_number) const {
  if (rows_ == 0 || class_number < lowest_ || class_number > highest_) {
    return std::nullopt;
  }
  const std::size_t wanted = class_number - lowest_;
  if (class_width_ == 0) {
    const std::uint64_t bits = load_eight(classes_.data() + wanted / 64 * 8);
    const std::uint64_t bit = std::uint64_t{1} << wanted % 64;
    if ((bits & bit) == 0) {
      return std::nullopt;
    }
    auto row = static_cast<std::size_t>(std::popcount(bits & (bit - 1)));
    for (std::size_t word = 0; word < wanted / 64; ++word) {
      row += static_cast<std::size_t>(std::popcount(load_eight(classes_.data() + word * 8)));
    }
    return row;
  }
  const std::uint64_t mask = mask_of(class_width_);
  const auto offset = [&](std::size_t row) {
    return load_eight(classes_.data() + row * class_width_) & mask;
  };
  std::size_t low = 0;
  std::size_t high = rows_ - 1;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (offset(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return offset(low) == wanted ? std::optional(low) : std::nullopt;
}

std::optional<Load> LoadColumn::find(ClassNumber class_number) const {
  const std::optional<std::size_t> row = row_of(class_number);
  if (!row) {
    return std::nullopt;
  }
  return at(*row);
}

}  // namespace unjam
