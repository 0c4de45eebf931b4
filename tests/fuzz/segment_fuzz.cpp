// Damaged segments of a store: any bytes are decoded or end in Error{Corrupt}; and what was decoded
// is the same when it is written and read again.
#include "store/load_column.h"
#include "store/sample_codec.h"
#include "store/segment_codec.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace {

using namespace unjam;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

/// The front of `rest`, as long as its first two bytes say.
std::string_view cut(std::string_view& rest) {
  if (rest.size() < 2) {
    return std::exchange(rest, {});
  }
  const std::size_t size =
      static_cast<unsigned char>(rest[0]) + std::size_t{static_cast<unsigned char>(rest[1])} * 256;
  const std::string_view front = rest.substr(2, size);
  rest.remove_prefix(std::min(rest.size(), 2 + size));
  return front;
}

void read_load(std::string_view bytes) {
  const LoadColumn column(bytes);
  std::uint64_t rows = 0;
  column.for_each([&](ClassNumber number, std::uint64_t, std::uint64_t) {
    ++rows;
    require(number <= column.highest_class());
  });
  require(rows == column.rows());
  column.find(column.highest_class());
  column.find(0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view load = cut(rest);
  const std::string_view sums = cut(rest);
  const std::string_view histograms = cut(rest);
  const std::string_view attributes = cut(rest);
  try {
    read_load(load);
  } catch (const Error&) {
  }
  try {
    decode_samples(rest);
  } catch (const Error&) {
  }
  try {
    const SegmentParts all{true, true, true, nullptr};
    const Segment segment = decode_segment(load, sums, histograms, attributes, all);
    const SegmentBlobs blobs = encode_segment(segment, {1, false, false});
    const Segment again =
        decode_segment(blobs.load, blobs.sums, blobs.histograms, blobs.attributes, all);
    require(again.size() == segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
      require(again[i].class_number == segment[i].class_number &&
              again[i].counts.calls == segment[i].counts.calls &&
              again[i].counts.query_time_max == segment[i].counts.query_time_max &&
              again[i].attributes.size() == segment[i].attributes.size());
    }
  } catch (const Error&) {
  }
  return 0;
}
