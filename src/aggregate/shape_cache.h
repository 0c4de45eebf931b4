// Shape to query class: what makes a known statement cost a hash instead of a tokeniser run.
#pragma once

#include "unjam/lex/shape.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace unjam {

/// Open addressing; forgets everything when it has kMaxEntries, so a flood of unique shapes costs
/// time, never memory. Not thread-safe.
class ShapeCache {
 public:
  static constexpr std::size_t kMaxEntries = std::size_t{1} << 19;
  static constexpr std::uint32_t kAbsent = 0xffffffff;

  ShapeCache();
  /// The class index, or kAbsent.
  std::uint32_t find(const ShapeHash& shape) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = shape.low & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.index == kAbsent || slot.shape == shape) {
        return slot.index;
      }
    }
  }
  /// The memory that find(shape) is going to read, to prefetch it.
  const void* place_of(const ShapeHash& shape) const {
    return &slots_[shape.low & (slots_.size() - 1)];
  }
  void insert(const ShapeHash& shape, std::uint32_t index);

 private:
  struct Slot {
    ShapeHash shape;
    std::uint32_t index = kAbsent;
  };
  void grow();

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace unjam
