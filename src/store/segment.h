// What one source saw of one target in one period, all classes together: what the store reads and
// writes at once.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
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

/// The rows of a stored segment in their order, those that were not asked for as nullptr.
class RowCursor {
 public:
  /// `kept`: one per stored row; empty: all are in `segment`.
  RowCursor(Segment& segment, const std::vector<bool>& kept)
      : segment_(segment), kept_(kept), rows_(kept.empty() ? segment.size() : kept.size()) {}

  bool at_end() const { return row_ == rows_; }
  SegmentRow* next() {
    const bool is_kept = kept_.empty() || kept_[row_];
    ++row_;
    return is_kept ? &segment_[place_++] : nullptr;
  }

 private:
  Segment& segment_;
  const std::vector<bool>& kept_;
  std::size_t rows_;
  std::size_t row_ = 0;
  std::size_t place_ = 0;
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
