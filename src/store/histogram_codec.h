// The histograms of a segment as streams. One or two executions are told by their sums, which is
// most of the long tail of classes; the others are lists of buckets.
#pragma once

#include "store/segment.h"
#include "store/tagged_streams.h"

#include <span>
#include <string>
#include <string_view>

namespace unjam {

/// `coarse`: see SegmentEncoding. Empty when no row has a histogram.
std::string encode_histograms(std::span<const SegmentRow> rows, Effort effort, bool coarse);

/// Fills in the histograms of `rows`, whose sums are known. Throws Error{Corrupt}.
void decode_histograms(std::string_view blob, RowCursor rows);

}  // namespace unjam
