// Segments and their columns as bytes: what is written is read back, and damaged bytes end in
// Error{Corrupt}.
#include "store/load_column.h"
#include "store/segment_codec.h"
#include "unit/store/random_flushes.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

constexpr TimePoint kStart{std::chrono::sys_days(std::chrono::year(2026) / 5 / 14)};

/// `spread`: distance of class numbers.
Segment random_segment(RandomFlushes& random, std::uint64_t spread) {
  Segment segment;
  ClassNumber number = static_cast<ClassNumber>(random.below(1000));
  const Flush flush = random.next(kStart, kStart + std::chrono::hours(1));
  for (const Slice& slice : flush.slices) {
    for (const ClassDelta& delta : slice.classes) {
      SegmentRow row;
      row.class_number = number += static_cast<ClassNumber>(1 + random.below(spread));
      row.counts = delta.counts;
      AttributeNumber attribute = 0;
      for (const AttributeCount& count : delta.attributes) {
        row.attributes.push_back({attribute += static_cast<AttributeNumber>(1 + random.below(300)),
                                  count.calls, count.query_time});
      }
      segment.push_back(std::move(row));
    }
  }
  return segment;
}

std::string describe(const Segment& segment) {
  std::string text;
  for (const SegmentRow& row : segment) {
    text += std::to_string(row.class_number) + ' ' + unjam::describe(row.counts);
    for (const Histogram::Bucket& bucket : row.counts.histogram.buckets()) {
      text += " [" + std::to_string(bucket.lower.count()) + "]" + std::to_string(bucket.count);
    }
    for (const AttributeUse& use : row.attributes) {
      text += " a" + std::to_string(use.attribute) + ' ' + std::to_string(use.calls) + ' ' +
              std::to_string(use.query_time.count());
    }
    text += '\n';
  }
  return text;
}

TEST(SegmentCodec, ReadsWhatItWrote) {
  RandomFlushes random(1);
  for (int round = 0; round < 60; ++round) {
    const Segment segment = random_segment(random, round % 3 == 0 ? 1 : 1U << random.below(25));
    const SegmentBlobs blobs = encode_segment(segment, {round % 2 == 0 ? 0 : 3, false, false});
    EXPECT_EQ(describe(decode_segment(blobs.load, blobs.sums, blobs.histograms, blobs.attributes,
                                      {true, true, true, nullptr})),
              describe(segment));
  }
}

TEST(SegmentCodec, SomeRowsAreThoseOfAll) {
  RandomFlushes random(4);
  for (int round = 0; round < 40; ++round) {
    const Segment segment = random_segment(random, 5);
    const SegmentBlobs blobs = encode_segment(segment, {3, false, false});
    std::vector<ClassNumber> only;
    for (const SegmentRow& row : segment) {
      if (random.below(2) == 0) {
        only.push_back(row.class_number + static_cast<ClassNumber>(random.below(2)));
      }
    }
    Segment some;
    for (const SegmentRow& row : segment) {
      if (std::binary_search(only.begin(), only.end(), row.class_number)) {
        some.push_back(row);
      }
    }
    EXPECT_EQ(describe(decode_segment(blobs.load, blobs.sums, blobs.histograms, blobs.attributes,
                                      {true, true, true, &only})),
              describe(some));
  }
}

/// More rows than a group has.
TEST(SegmentCodec, RowsOfSomeGroupsAreThoseOfAll) {
  RandomFlushes random(5);
  Segment segment;
  while (segment.size() < 1000) {
    for (SegmentRow& row : random_segment(random, 3)) {
      row.class_number = static_cast<ClassNumber>(1 + 2 * segment.size());
      segment.push_back(std::move(row));
    }
  }
  const SegmentBlobs blobs = encode_segment(segment, {3, false, false});
  const auto read = [&](const std::vector<ClassNumber>* only) {
    return decode_segment(blobs.load, blobs.sums, blobs.histograms, blobs.attributes,
                          {true, true, true, only});
  };
  EXPECT_EQ(describe(read(nullptr)), describe(segment));
  for (const std::vector<std::size_t>& rows :
       std::vector<std::vector<std::size_t>>{{0},
                                             {255},
                                             {256},
                                             {segment.size() - 1},
                                             {3, 255, 256, 257, 511, 512, 800, segment.size() - 1},
                                             {}}) {
    std::vector<ClassNumber> only = {0};
    Segment some;
    for (const std::size_t row : rows) {
      only.push_back(segment[row].class_number);
      some.push_back(segment[row]);
    }
    EXPECT_EQ(describe(read(&only)), describe(some));
  }
}

TEST(SegmentCodec, ColumnsHoldAnyNumbersAndFindEveryClass) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 200; ++round) {
    // From dense to sparse, with values of every size, some far larger than the rest.
    const std::uint64_t step = round % 4 == 0 ? 1 : 1 + (random() >> (40 + random() % 23));
    std::map<ClassNumber, Load> expected;
    std::uint64_t number = random() % 100'000;
    for (std::uint64_t rows = random() % 300; rows > 0 && number <= UINT32_MAX; --rows) {
      const unsigned shift = random() % 20 == 0 ? 9 : 45;
      expected[static_cast<ClassNumber>(number)] = {random() >> (shift - 9), random() >> shift};
      number += 1 + random() % step;
    }
    Segment segment;
    for (const auto& [class_number, load] : expected) {
      SegmentRow& row = segment.emplace_back();
      row.class_number = class_number;
      row.counts.calls = load.calls;
      row.counts.query_time = Duration(static_cast<std::int64_t>(load.query_time_us));
    }
    const std::string blob = encode_load(segment);
    const LoadColumn column(blob);
    EXPECT_EQ(column.rows(), expected.size());
    auto next = expected.begin();
    column.for_each([&](ClassNumber class_number, std::uint64_t calls, std::uint64_t time) {
      ASSERT_NE(next, expected.end());
      EXPECT_EQ(class_number, next->first);
      EXPECT_EQ(calls, next->second.calls);
      EXPECT_EQ(time, next->second.query_time_us);
      ++next;
    });
    EXPECT_EQ(next, expected.end());
    for (const auto& [class_number, load] : expected) {
      for (const ClassNumber near : {class_number - 1, class_number, class_number + 1}) {
        const auto found = column.find(near);
        const auto wanted = expected.find(near);
        ASSERT_EQ(found.has_value(), wanted != expected.end()) << near;
        if (found) {
          EXPECT_EQ(found->calls, wanted->second.calls);
          EXPECT_EQ(found->query_time_us, wanted->second.query_time_us);
        }
      }
    }
  }
}

TEST(SegmentCodec, AFewLargeNumbersDoNotWidenTheColumn) {
  Segment segment;
  for (ClassNumber number = 0; number < 1000; ++number) {
    SegmentRow& row = segment.emplace_back();
    row.class_number = number;
    row.counts.calls = number % 500 == 0 ? 1'000'000'000 : 3;
    row.counts.query_time = Duration(number % 500 == 0 ? 1'000'000'000'000 : 900);
  }
  // A bit for the class, a byte for the calls, two for the time.
  EXPECT_LT(encode_load(segment).size(), 1000U * 3 + 1000 / 8 + 100);
}

/// Any change of any byte is read as something, or told: never a crash, never more memory than a
/// stream may have.
TEST(SegmentCodec, DamageIsTold) {
  RandomFlushes random(3);
  int told = 0;
  for (int round = 0; round < 6; ++round) {
    const Segment segment = random_segment(random, round % 2 == 0 ? 1 : 50);
    const SegmentBlobs whole =
        encode_segment(segment, {round % 3 == 0 ? 0 : 3, round % 2 == 0, false});
    for (std::string SegmentBlobs::*part : {&SegmentBlobs::load, &SegmentBlobs::sums,
                                            &SegmentBlobs::histograms, &SegmentBlobs::attributes}) {
      SegmentBlobs damaged = whole;
      std::string& bytes = damaged.*part;
      const auto read = [&] {
        try {
          const Segment decoded = decode_segment(damaged.load, damaged.sums, damaged.histograms,
                                                 damaged.attributes, {true, true, true, nullptr});
          const LoadColumn column(damaged.load);
          column.find(segment.front().class_number);
          SegmentSum sum;
          sum.add(Segment(decoded));
          sum.add(Segment(decoded));
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::Corrupt);
          ++told;
        }
      };
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const char change : {'\x01', '\x80', '\xff'}) {
          bytes[i] = static_cast<char>(bytes[i] ^ change);
          read();
          bytes[i] = static_cast<char>(bytes[i] ^ change);
        }
      }
      for (std::size_t size = 0; size < (whole.*part).size(); ++size) {
        bytes = (whole.*part).substr(0, size);
        read();
      }
    }
  }
  EXPECT_GT(told, 1000);
}

}  // namespace
}  // namespace unjam
