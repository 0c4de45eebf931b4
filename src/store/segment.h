// What one source saw of one target in one period, all classes together: what the store reads and
// writes at once.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace unjam {

/// The store's own numbers of classes and attributes: small, and without gaps when new.
using ClassNumber = std::uint32_t;
using AttributeNumber = std::uint32_t;

struct AttributeUse {
  AttributeNumber attribute = 0;
  std::uint64_t calls = 0;
  Duration query_time{0};
};

struct SegmentRow {
  ClassNumber class_number = 0;
  Counts counts;
  std::vector<AttributeUse> attributes;  ///< Ascending, distinct.
};

/// Ascending class numbers, distinct.
using Segment = std::vector<SegmentRow>;

/// Some neighbouring rows of a stored segment in their order, those that were not asked for as
/// nullptr.
class RowCursor {
 public:
  /// `kept` begins with the first row at or after `begin` that is in `rows`, the number of each
  /// within the stored segment beside it; nullptr: all are, and `rows` begins with `begin`.
  RowCursor(SegmentRow* rows, const std::size_t* kept, const std::size_t* kept_end,
            std::size_t begin, std::size_t end)
      : rows_(rows), kept_(kept), kept_end_(kept_end), row_(begin), end_(end) {}

  bool at_end() const { return row_ == end_; }
  /// Goes to the next row that was asked for, or to the end; how many were not.
  std::size_t skip() {
    if (kept_ == nullptr) {
      return 0;
    }
    const std::size_t to = kept_ == kept_end_ ? end_ : *kept_;
    return to - std::exchange(row_, to);
  }
  SegmentRow* next() {
    const std::size_t row = row_++;
    if (kept_ != nullptr) {
      if (kept_ == kept_end_ || *kept_ != row) {
        return nullptr;
      }
      ++kept_;
    }
    return rows_++;
  }

 private:
  SegmentRow* rows_;
  const std::size_t* kept_;
  const std::size_t* kept_end_;
  std::size_t row_;
  std::size_t end_;
};

/// Adds segments up.
class SegmentSum {
 public:
  void add(Segment&& segment);
  void add(SegmentRow&& row);
  /// Empties it.
  Segment take();
  std::size_t rows() const { return rows_.size(); }

 private:
  Segment rows_;
  std::unordered_map<ClassNumber, std::size_t> places_;
};

}  // namespace unjam
