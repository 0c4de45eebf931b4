#include "store/histogram_codec.h"

#include "store/byte_stream.h"

#include <algorithm>
#include <vector>

namespace unjam {
namespace {

// Numbers of streams are part of the format.
constexpr std::uint8_t kKinds = 1;   // per row
constexpr std::uint8_t kSizes = 2;   // buckets per listed histogram
constexpr std::uint8_t kFirsts = 3;  // its first bucket
constexpr std::uint8_t kSteps = 4;   // to each further one, less 1
constexpr std::uint8_t kCounts = 5;  // of each bucket, less 1

// Kinds: also part of it.
constexpr char kNone = 0;
constexpr char kFromSums = 1;
constexpr char kListed = 2;

struct Entry {
  std::uint16_t bucket;
  std::uint64_t count;
};

constexpr std::uint16_t kFirstCoarse = 128;
constexpr std::uint16_t kGroup = 3;

/// The middle of the three buckets that become one: half a bucket more than one away from either
/// end, 1.5 / 64.
std::uint16_t coarsen(std::uint16_t bucket) {
  if (bucket < kFirstCoarse) {
    return bucket;
  }
  const int group = (bucket - kFirstCoarse) / kGroup;
  return static_cast<std::uint16_t>(
      std::min<int>(kFirstCoarse + group * kGroup + 1, Histogram::kBuckets - 1));
}

std::vector<Entry> entries_of(const Histogram& histogram, bool coarse) {
  std::vector<Entry> entries;
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    std::uint16_t number = Histogram::bucket_of(bucket.lower);
    number = coarse ? coarsen(number) : number;
    if (!entries.empty() && entries.back().bucket == number) {
      entries.back().count += bucket.count;
    } else {
      entries.push_back({number, bucket.count});
    }
  }
  return entries;
}

/// What the histogram must be when there were one or two executions, all of them in it.
bool from_sums(const Counts& counts, Histogram& histogram) {
  const Duration rest = counts.query_time - counts.query_time_max;
  if (counts.query_time < Duration(0) || rest < Duration(0)) {
    return false;
  }
  if (counts.calls == 1) {
    histogram.add(counts.query_time);
    return true;
  }
  if (counts.calls == 2 && rest <= counts.query_time_max) {
    histogram.add(counts.query_time_max);
    histogram.add(rest);
    return true;
  }
  return false;
}

bool is_told_by_sums(const Counts& counts) {
  Histogram told;
  if (counts.histogram.count() != counts.calls || !from_sums(counts, told)) {
    return false;
  }
  const auto a = told.buckets();
  const auto b = counts.histogram.buckets();
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.lower == y.lower && x.count == y.count;
  });
}

}  // namespace

std::string encode_histograms(std::span<const SegmentRow> rows, Effort effort, bool coarse) {
  std::string kinds;
  std::string sizes;
  std::string firsts;
  std::string steps;
  std::string counts;
  bool any = false;
  for (const SegmentRow& row : rows) {
    if (row.counts.histogram.empty()) {
      kinds.push_back(kNone);
      continue;
    }
    any = true;
    if (row.counts.calls <= 2 && is_told_by_sums(row.counts)) {
      kinds.push_back(kFromSums);
      continue;
    }
    kinds.push_back(kListed);
    const std::vector<Entry> entries = entries_of(row.counts.histogram, coarse);
    append_varint(sizes, entries.size());
    std::uint16_t last = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i == 0) {
        append_varint(firsts, entries[i].bucket);
      } else {
        append_varint(steps, static_cast<std::uint64_t>(entries[i].bucket - last - 1));
      }
      append_varint(counts, entries[i].count - 1);
      last = entries[i].bucket;
    }
  }
  if (!any) {
    return {};
  }
  StreamWriter writer(effort);
  writer.add(kKinds, kinds);
  writer.add(kSizes, sizes);
  writer.add(kFirsts, firsts);
  writer.add(kSteps, steps);
  writer.add(kCounts, counts);
  return writer.take();
}

void decode_histograms(std::string_view blob, RowCursor rows) {
  if (blob.empty()) {
    return;
  }
  const StreamReader streams(blob);
  ByteReader kinds(streams.find(kKinds));
  ByteReader sizes(streams.find(kSizes));
  ByteReader firsts(streams.find(kFirsts));
  ByteReader steps(streams.find(kSteps));
  ByteReader counts(streams.find(kCounts));
  while (!rows.at_end()) {
    SegmentRow* const row = rows.next();
    switch (kinds.fixed(1)) {
      case kNone:
        break;
      case kFromSums:
        if (row != nullptr && !from_sums(row->counts, row->counts.histogram)) {
          throw_damaged("a histogram that the sums do not tell");
        }
        break;
      case kListed: {
        std::uint64_t bucket = 0;
        const std::uint64_t size = sizes.varint();
        if (row == nullptr) {
          firsts.skip_varints(std::min<std::uint64_t>(size, 1));
          steps.skip_varints(size - std::min<std::uint64_t>(size, 1));
          counts.skip_varints(size);
          break;
        }
        for (std::uint64_t i = 0; i < size; ++i) {
          const std::uint64_t step = i == 0 ? firsts.varint() : steps.varint() + 1;
          const std::uint64_t count = counts.varint() + 1;
          bucket += step;
          if (step > Histogram::kBuckets || bucket >= Histogram::kBuckets) {
            throw_damaged("a histogram");
          }
          row->counts.histogram.add(Histogram::lower_of(bucket), count);
        }
        break;
      }
      default:
        throw_damaged("kind of a histogram");
    }
  }
}

}  // namespace unjam
