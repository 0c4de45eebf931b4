#include "aggregate/shape_cache.h"

namespace unjam {
namespace {

constexpr std::size_t kFirstSlots = 4096;

}  // namespace

ShapeCache::ShapeCache() : table_(kFirstSlots) { clear(); }

void ShapeCache::clear() {
  known_.assign(1, KnownShape({}, 0));
  std::fill(table_.begin(), table_.end(), kFree);
}

void ShapeCache::enter(std::size_t place) {
  const ShapeHash& shape = known_[place].shape();
  const std::size_t mask = table_.size() - 1;
  std::size_t i = shape.low & mask;
  while (table_[i] != kFree) {
    i = (i + 1) & mask;
  }
  table_[i] = tag_of(shape) << kPlaceBits | static_cast<Entry>(place);
}

KnownShape* ShapeCache::insert(const ShapeHash& shape, std::uint32_t index) {
  if (known_.size() > kMaxEntries) {
    clear();
  } else if (known_.size() * 4 >= table_.size() * 3) {
    table_.assign(table_.size() * 2, kFree);
    for (std::size_t place = 1; place < known_.size(); ++place) {
      enter(place);
    }
  }
  known_.emplace_back(shape, index);
  enter(known_.size() - 1);
  return &known_.back();
}

}  // namespace unjam
