// Shape to query class: what makes a known statement cost a hash instead of a tokeniser run.
#pragma once

#include "unjam/lex/shape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unjam {

/// A shape that was met. It has room for a copy of one more fact about its class, so that most
/// events need no other memory that depends on the class.
class KnownShape {
 public:
  KnownShape(const ShapeHash& shape, std::uint32_t index) : shape_(shape), index_(index) {}

  const ShapeHash& shape() const { return shape_; }
  /// Of its class.
  std::uint32_t index() const { return index_; }

  /// Microseconds, -1 for an untimed execution: whether it may exceed the floor that
  /// set_sample_floor told last.
  bool may_exceed_floor(std::int64_t query_time_us) const {
    return query_time_us + kFloorOffset > floor_;
  }
  /// A class's floor never sinks, so an old one is merely less sharp.
  void set_sample_floor(std::int64_t floor_us) {
    floor_ = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(floor_us + kFloorOffset, 0, UINT32_MAX));
  }

 private:
  /// 0 stands for a floor of -2, under which every execution is.
  static constexpr std::int64_t kFloorOffset = 2;

  ShapeHash shape_;
  std::uint32_t index_;
  std::uint32_t floor_ = 0;
};

/// Open addressing; forgets everything when it has kMaxEntries, so a flood of unique shapes costs
/// time, never memory. Not thread-safe.
///
/// Shapes are kept in the order they were met: a frequent one is met early, so those that most
/// events need lie close together, in fewer cache lines than scattered over a table.
class ShapeCache {
 public:
  static constexpr std::size_t kMaxEntries = std::size_t{1} << 19;

  ShapeCache();
  /// nullptr when it is not known. Valid until the next insert.
  KnownShape* find(const ShapeHash& shape) {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t i = shape.low & mask; table_[i] != kFree; i = (i + 1) & mask) {
      if (tag_of(table_[i]) == tag_of(shape)) {
        KnownShape& known = known_[place_of(table_[i])];
        if (known.shape() == shape) {
          return &known;
        }
      }
    }
    return nullptr;
  }
  /// The memory that find(shape) is going to read, most likely; to prefetch it.
  const void* likely_place_of(const ShapeHash& shape) const {
    return known_.data() + place_of(table_[shape.low & (table_.size() - 1)]);
  }
  /// `shape` is not known yet; `index` is that of its class.
  KnownShape* insert(const ShapeHash& shape, std::uint32_t index);

 private:
  /// An entry of the table: a place in known_, under some more bits of the hash.
  using Entry = std::uint32_t;
  static constexpr Entry kFree = 0;
  static constexpr unsigned kPlaceBits = 20;
  static_assert(kMaxEntries + 1 < std::size_t{1} << kPlaceBits);

  static std::uint32_t tag_of(Entry entry) { return entry >> kPlaceBits; }
  static std::uint32_t tag_of(const ShapeHash& shape) {
    return static_cast<std::uint32_t>(shape.high) >> kPlaceBits;
  }
  static std::size_t place_of(Entry entry) { return entry & ((Entry{1} << kPlaceBits) - 1); }
  void clear();
  void enter(std::size_t place);

  std::vector<KnownShape> known_;  ///< The first one is nobody's, since place 0 says "free".
  std::vector<Entry> table_;
};

}  // namespace unjam
