#include "store/segment_codec.h"

#include "store/byte_stream.h"
#include "store/histogram_codec.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace unjam {
namespace {

// Numbers of streams are part of the format.
constexpr std::uint8_t kMaxTime = 1;
constexpr std::uint8_t kErrors = 2;

/// An OptionalSum is two streams: a bit per row that says whether it was told (missing: all are
/// told), and the sums that were.
struct SumColumn {
  std::uint8_t values;
  std::uint8_t told;
  OptionalSum Counts::*sum;
};

constexpr std::array<SumColumn, 8> kSums = {{
    {10, 11, &Counts::lock_time},
    {12, 13, &Counts::rows_examined},
    {14, 15, &Counts::rows_sent},
    {16, 17, &Counts::rows_affected},
    {18, 19, &Counts::bytes_sent},
    {20, 21, &Counts::blocks_read},
    {22, 23, &Counts::temporary_tables_on_disk},
    {24, 25, &Counts::without_index},
}};

constexpr std::uint8_t kUses = 1;         // attributes per row
constexpr std::uint8_t kAttributes = 2;   // their numbers, as differences within a row
constexpr std::uint8_t kPartial = 3;      // a bit per use: 0 is all that the class did
constexpr std::uint8_t kCalls = 4;        // of partial uses
constexpr std::uint8_t kTimes = 5;        // of partial uses, microseconds
constexpr std::uint8_t kTimeBuckets = 6;  // instead: the bucket of a histogram that they fall into

class BitWriter {
 public:
  void add(bool bit) {
    if (count_ % 8 == 0) {
      bits_.push_back('\0');
    }
    bits_.back() = static_cast<char>(bits_.back() | (bit ? 1 << (count_ % 8) : 0));
    ++count_;
  }
  const std::string& bits() const { return bits_; }

 private:
  std::string bits_;
  std::size_t count_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::string_view bits) : bits_(bits) {}
  bool next() {
    if (place_ / 8 >= bits_.size()) {
      throw_damaged("a stream of bits ends too soon");
    }
    const bool bit = (static_cast<unsigned char>(bits_[place_ / 8]) >> place_ % 8 & 1) != 0;
    ++place_;
    return bit;
  }

 private:
  std::string_view bits_;
  std::size_t place_ = 0;
};

/// Small numbers, of either sign, for differences that are usually small and positive.
std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

std::string encode_sums(std::span<const SegmentRow> rows, Effort effort) {
  StreamWriter writer(effort);
  std::string longest;
  std::string errors;
  bool any_longest = false;
  bool any_error = false;
  for (const SegmentRow& row : rows) {
    // The longest is all of the time where there was one execution.
    any_longest |= row.counts.query_time_max != Duration(0);
    any_error |= row.counts.errors > 0;
    append_varint(longest, zigzag((row.counts.query_time - row.counts.query_time_max).count()));
    append_varint(errors, row.counts.errors);
  }
  writer.add(kMaxTime, any_longest ? longest : std::string());
  writer.add(kErrors, any_error ? errors : std::string());
  for (const SumColumn& column : kSums) {
    std::string values;
    BitWriter told;
    bool all_told = true;
    for (const SegmentRow& row : rows) {
      const OptionalSum& sum = row.counts.*column.sum;
      told.add(sum.told);
      all_told &= sum.told;
      if (sum.told) {
        append_varint(values, sum.sum);
      }
    }
    writer.add(column.values, values);
    writer.add(column.told, all_told || values.empty() ? std::string() : told.bits());
  }
  return writer.take();
}

/// f(row, value) for those that were asked for of a stream with one number per row.
template <typename F>
void decode_each(std::string_view stream, RowCursor rows, F f) {
  if (stream.empty()) {
    return;
  }
  ByteReader reader(stream);
  for (;;) {
    reader.skip_varints(rows.skip());
    if (rows.at_end()) {
      return;
    }
    SegmentRow& row = *rows.next();
    f(row, reader.varint());
  }
}

void decode_sums(std::string_view blob, RowCursor all) {
  const StreamReader streams(blob);
  decode_each(streams.find(kMaxTime), all, [](SegmentRow& row, std::uint64_t value) {
    const std::int64_t difference = unzigzag(value);
    constexpr auto kMost = static_cast<std::int64_t>(kMostQueryTime);
    if (difference < -kMost || difference > kMost) {
      throw_damaged("a longest time");
    }
    row.counts.query_time_max = row.counts.query_time - Duration(difference);
  });
  decode_each(streams.find(kErrors), all,
              [](SegmentRow& row, std::uint64_t value) { row.counts.errors = value; });
  for (const SumColumn& column : kSums) {
    const std::string_view values = streams.find(column.values);
    const std::string_view told = streams.find(column.told);
    if (told.empty() || values.empty()) {
      decode_each(values, all, [&](SegmentRow& row, std::uint64_t value) {
        (row.counts.*column.sum).add(value);
      });
      continue;
    }
    ByteReader reader(values);
    BitReader bits(told);
    for (RowCursor rows = all; !rows.at_end();) {
      SegmentRow* const row = rows.next();
      if (bits.next()) {
        const std::uint64_t value = reader.varint();
        if (row != nullptr) {
          (row->counts.*column.sum).add(value);
        }
      }
    }
  }
}

Duration middle_of(std::uint64_t bucket) {
  return (Histogram::lower_of(bucket) + Histogram::lower_of(bucket + 1) - Duration(1)) / 2;
}

std::string encode_attributes(std::span<const SegmentRow> rows, Effort effort, bool coarse) {
  std::string uses;
  std::string attributes;
  BitWriter partial;
  std::string calls;
  std::string times;
  for (const SegmentRow& row : rows) {
    append_varint(uses, row.attributes.size());
    AttributeNumber last = 0;
    for (const AttributeUse& use : row.attributes) {
      append_varint(attributes, use.attribute - last);
      last = use.attribute;
      const bool all = use.calls == row.counts.calls && use.query_time == row.counts.query_time;
      partial.add(!all);
      if (!all) {
        append_varint(calls, use.calls);
        const Duration time = std::max(use.query_time, Duration(0));
        append_varint(
            times, coarse ? Histogram::bucket_of(time) : static_cast<std::uint64_t>(time.count()));
      }
    }
  }
  if (attributes.empty()) {
    return {};
  }
  StreamWriter writer(effort);
  writer.add(kUses, uses);
  writer.add(kAttributes, attributes);
  writer.add(kPartial, partial.bits());
  writer.add(kCalls, calls);
  writer.add(coarse ? kTimeBuckets : kTimes, times);
  return writer.take();
}

void decode_attributes(std::string_view blob, RowCursor rows) {
  if (blob.empty()) {
    return;
  }
  const StreamReader streams(blob);
  ByteReader uses(streams.find(kUses));
  ByteReader attributes(streams.find(kAttributes));
  BitReader partial(streams.find(kPartial));
  ByteReader calls(streams.find(kCalls));
  const std::string_view buckets = streams.find(kTimeBuckets);
  const bool coarse = !buckets.empty();
  ByteReader times(coarse ? buckets : streams.find(kTimes));
  while (!rows.at_end()) {
    SegmentRow* const row = rows.next();
    std::uint64_t attribute = 0;
    bool first = true;
    for (std::uint64_t left = uses.varint(); left > 0; --left, first = false) {
      const std::uint64_t step = attributes.varint();
      attribute += step;
      if (step > UINT32_MAX || attribute > UINT32_MAX || (step == 0 && !first)) {
        throw_damaged("number of an attribute");
      }
      AttributeUse use;
      use.attribute = static_cast<AttributeNumber>(attribute);
      if (partial.next()) {
        use.calls = calls.varint();
        const std::uint64_t time = times.varint();
        if (time >= (coarse ? Histogram::kBuckets : kMostQueryTime)) {
          throw_damaged("a time of an attribute");
        }
        use.query_time = coarse ? middle_of(time) : Duration(static_cast<std::int64_t>(time));
      } else if (row != nullptr) {
        use.calls = row->counts.calls;
        use.query_time = row->counts.query_time;
      }
      if (row != nullptr) {
        row->attributes.push_back(use);
      }
    }
  }
}

/// Rows per group: few enough that one class costs little, enough that they pack well. Part of no
/// format: a blob tells it.
constexpr std::size_t kGroupRows = 256;

/// A cold column: rows per group, then of each group its size and its streams. Empty when all
/// groups are.
template <typename F>
std::string encode_groups(const Segment& segment, F encode) {
  std::string blob;
  bool any = false;
  append_varint(blob, kGroupRows);
  for (std::size_t begin = 0; begin < segment.size(); begin += kGroupRows) {
    const std::string group = encode(std::span<const SegmentRow>(segment).subspan(
        begin, std::min(kGroupRows, segment.size() - begin)));
    any |= !group.empty();
    append_text(blob, group);
  }
  return any ? blob : std::string();
}

/// The rows that were asked for of a segment of `all` rows.
struct KeptRows {
  Segment& segment;
  /// Of each its number among all; without it, these are all.
  const std::vector<std::size_t>* numbers;
  std::size_t all;
};

/// decode(group, rows) for the groups that have any of them.
template <typename F>
void decode_groups(std::string_view blob, const KeptRows& kept, F decode) {
  if (blob.empty()) {
    return;
  }
  ByteReader reader(blob);
  const std::uint64_t group_rows = reader.varint();
  if (group_rows == 0) {
    throw_damaged("rows of a group");
  }
  std::size_t place = 0;
  for (std::size_t begin = 0; begin < kept.all;) {
    const std::size_t end = begin + std::min<std::uint64_t>(group_rows, kept.all - begin);
    const std::string_view group = reader.text();
    std::size_t next = place;
    if (kept.numbers == nullptr) {
      next = end;
    } else {
      while (next < kept.numbers->size() && (*kept.numbers)[next] < end) {
        ++next;
      }
    }
    if (next > place && !group.empty()) {
      const std::size_t* const numbers =
          kept.numbers == nullptr ? nullptr : kept.numbers->data() + place;
      decode(group, RowCursor(kept.segment.data() + place, numbers,
                              numbers == nullptr ? nullptr : numbers + (next - place), begin, end));
    }
    place = next;
    begin = end;
  }
}

SegmentRow row_of(ClassNumber class_number, std::uint64_t calls, std::uint64_t time) {
  if (time > kMostQueryTime) {
    throw_damaged("a time");
  }
  SegmentRow row;
  row.class_number = class_number;
  row.counts.calls = calls;
  row.counts.query_time = Duration(static_cast<std::int64_t>(time));
  return row;
}

}  // namespace

SegmentBlobs encode_segment(const Segment& segment, const SegmentEncoding& encoding) {
  using Rows = std::span<const SegmentRow>;
  SegmentBlobs blobs;
  blobs.load = encode_load(segment);
  blobs.sums =
      encode_groups(segment, [&](Rows rows) { return encode_sums(rows, encoding.effort); });
  blobs.histograms = encode_groups(segment, [&](Rows rows) {
    return encode_histograms(rows, encoding.effort, encoding.coarse);
  });
  if (!encoding.without_attributes) {
    blobs.attributes = encode_groups(segment, [&](Rows rows) {
      return encode_attributes(rows, encoding.effort, encoding.coarse);
    });
  }
  return blobs;
}

Segment decode_segment(std::string_view load, std::string_view sums, std::string_view histograms,
                       std::string_view attributes, const SegmentParts& parts) {
  const LoadColumn column(load);
  Segment segment;
  std::vector<std::size_t> numbers;
  if (parts.only == nullptr) {
    segment.reserve(column.rows());
    column.for_each([&](ClassNumber class_number, std::uint64_t calls, std::uint64_t time) {
      segment.push_back(row_of(class_number, calls, time));
    });
  } else {
    for (const ClassNumber wanted : *parts.only) {
      const auto row = column.row_of(wanted);
      if (row && (numbers.empty() || *row > numbers.back())) {
        const Load found = column.at(*row);
        segment.push_back(row_of(wanted, found.calls, found.query_time_us));
        numbers.push_back(*row);
      }
    }
  }
  const KeptRows kept{segment, parts.only == nullptr ? nullptr : &numbers, column.rows()};
  // The histograms of rare classes are told by the sums.
  if (parts.sums || parts.histograms) {
    decode_groups(sums, kept, decode_sums);
  }
  if (parts.histograms) {
    decode_groups(histograms, kept, decode_histograms);
  }
  if (parts.attributes) {
    decode_groups(attributes, kept, decode_attributes);
  }
  return segment;
}

}  // namespace unjam
