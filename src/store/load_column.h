// The hot part of a segment: which classes, how many calls, how much query time. Columns of fixed
// width, so that a sum is one tight loop and a class is found without reading the rest.
//
//   header      version, class width (0: bitmap), width of calls, width of times: a byte each;
//               rows, exceptions of calls, exceptions of times, lowest class, bits of the bitmap:
//               four bytes each, little endian
//   classes     class - lowest, ascending; or a bitmap from the lowest on, in words of 8 bytes
//   calls       the low bytes; 0 where there is an exception
//   times       as calls, microseconds
//   exceptions  row (4), value (8): what is too large for its column, first of calls, then of times
//   padding     8 bytes, so that a value is one unaligned load
#pragma once

#include "store/byte_stream.h"
#include "store/segment.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

struct Load {
  std::uint64_t calls = 0;
  std::uint64_t query_time_us = 0;
};

/// More query time than this in one period (a thousand years) is damage. for_each() and find()
/// leave it to their callers to look.
inline constexpr std::uint64_t kMostQueryTime = std::uint64_t{1} << 55;

std::string encode_load(const Segment& segment);

/// A view of encoded bytes, which must outlive it. Throws Error{Corrupt}; whatever the bytes are,
/// it reads nothing else.
class LoadColumn {
 public:
  explicit LoadColumn(std::string_view blob);

  std::size_t rows() const { return rows_; }
  /// No class number is above it. 0 without rows.
  ClassNumber highest_class() const { return highest_; }

  /// f(class, calls, microseconds), classes ascending.
  template <typename F>
  void for_each(F f) const;

  /// Nothing when the class is not in it.
  std::optional<Load> find(ClassNumber class_number) const;
  std::optional<std::size_t> row_of(ClassNumber class_number) const;
  /// Of a row below rows().
  Load at(std::size_t row) const { return {calls_.at(row), times_.at(row)}; }

 private:
  struct Column {
    const char* values = nullptr;
    const char* exceptions = nullptr;
    std::size_t exception_count = 0;
    unsigned width = 0;
    std::uint64_t mask = 0;

    std::uint64_t base(std::size_t row) const { return load_eight(values + row * width) & mask; }
    std::size_t exception_row(std::size_t i) const {
      return i < exception_count
                 ? static_cast<std::size_t>(load_eight(exceptions + i * 12) & UINT32_MAX)
                 : SIZE_MAX;
    }
    std::uint64_t exception(std::size_t i) const { return load_eight(exceptions + i * 12 + 4); }
    std::uint64_t at(std::size_t row) const;
  };

  std::size_t rows_ = 0;
  unsigned class_width_ = 0;
  ClassNumber lowest_ = 0;
  ClassNumber highest_ = 0;
  std::size_t words_ = 0;
  std::string_view classes_;
  Column calls_;
  Column times_;
};

template <typename F>
void LoadColumn::for_each(F f) const {
  // Copies, because what `f` writes to might be members for all that the compiler knows.
  const Column calls_column = calls_;
  const Column times_column = times_;
  const char* const classes = classes_.data();
  const std::size_t rows = rows_;
  std::size_t calls_exception = 0;
  std::size_t times_exception = 0;
  std::size_t next_calls = calls_column.exception_row(0);
  std::size_t next_times = times_column.exception_row(0);
  std::size_t next = std::min(next_calls, next_times);
  std::size_t row = 0;
  const auto emit = [&](ClassNumber class_number) __attribute__((always_inline)) {
    std::uint64_t calls = calls_column.base(row);
    std::uint64_t time = times_column.base(row);
    if (row >= next) {
      if (row == next_calls) {
        calls += calls_column.exception(calls_exception);
        next_calls = calls_column.exception_row(++calls_exception);
      }
      if (row == next_times) {
        time += times_column.exception(times_exception);
        next_times = times_column.exception_row(++times_exception);
      }
      next = std::min(next_calls, next_times);
    }
    f(class_number, calls, time);
    ++row;
  };
  if (class_width_ == 0) {
    const std::size_t words = words_;
    for (std::size_t word = 0; word < words; ++word) {
      const auto first = static_cast<ClassNumber>(lowest_ + word * 64);
      for (std::uint64_t bits = load_eight(classes + word * 8); bits != 0; bits &= bits - 1) {
        emit(first + static_cast<ClassNumber>(std::countr_zero(bits)));
      }
    }
    return;
  }
  const unsigned width = class_width_;
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * width);
  const std::uint64_t lowest = lowest_;
  const std::uint64_t highest = highest_;
  std::uint64_t least = lowest;
  while (row < rows) {
    const std::uint64_t class_number = lowest + (load_eight(classes + row * width) & mask);
    if (class_number < least || class_number > highest) {
      throw_damaged("classes out of order");
    }
    least = class_number + 1;
    emit(static_cast<ClassNumber>(class_number));
  }
}

}  // namespace unjam
