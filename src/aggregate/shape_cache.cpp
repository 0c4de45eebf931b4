#include "aggregate/shape_cache.h"

namespace unjam {
namespace {

constexpr std::size_t kFirstSlots = 4096;

}  // namespace

ShapeCache::ShapeCache() : slots_(kFirstSlots) {}

void ShapeCache::insert(const ShapeHash& shape, std::uint32_t index) {
  if (size_ >= kMaxEntries || size_ * 4 >= slots_.size() * 3) {
    grow();
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = shape.low & mask;
  while (slots_[i].index != kAbsent) {
    i = (i + 1) & mask;
  }
  slots_[i] = {shape, index};
  ++size_;
}

void ShapeCache::grow() {
  std::vector<Slot> old(size_ >= kMaxEntries ? slots_.size() : slots_.size() * 2);
  old.swap(slots_);
  const bool forget = size_ >= kMaxEntries;
  size_ = 0;
  if (forget) {
    return;
  }
  for (const Slot& slot : old) {
    if (slot.index != kAbsent) {
      insert(slot.shape, slot.index);
    }
  }
}

}  // namespace unjam
