// A segment as the four columns that are stored: the load (load_column.h) and three cold ones, each
// in groups of rows, so that a few classes are read without unpacking the others, and each group of
// tagged streams. Sums are kept as they are, whatever the level. Days keep histograms within 2.4 %
// (kDayRelativeError) instead of Histogram::kRelativeError, and the time of an attribute that only
// a part of a class's executions had within 1 % of each. Weeks are a shortcut for long ranges:
// they hold no attributes, and old ones hold the load alone (Horizons::full_weeks).
#pragma once

#include "store/load_column.h"
#include "store/segment.h"
#include "store/tagged_streams.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

struct SegmentBlobs {
  std::string load;
  std::string sums;
  std::string histograms;
  std::string attributes;
};

/// A quantile is within this of a value that was added.
inline constexpr double kDayRelativeError = 0.024;

struct SegmentEncoding {
  Effort effort = 0;
  /// Three neighbouring buckets of a histogram become one, above 128 us; times of attributes
  /// become buckets.
  bool coarse = false;
  bool without_attributes = false;
};

SegmentBlobs encode_segment(const Segment& segment, const SegmentEncoding& encoding);

/// What is read back; a blob that is not asked for may be empty.
struct SegmentParts {
  bool sums = false;
  bool histograms = false;
  bool attributes = false;
  /// The rows of these classes, ascending; nullptr: all rows.
  const std::vector<ClassNumber>* only = nullptr;
};

/// Throws Error{Corrupt}.
Segment decode_segment(std::string_view load, std::string_view sums, std::string_view histograms,
                       std::string_view attributes, const SegmentParts& parts);

}  // namespace unjam
