// What one source saw of one target in one period, all classes together: what the store reads and
// writes at once.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"

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
