#include "unjam/aggregate/name_counts.h"

#include "unjam/aggregate/names.h"

#include <algorithm>

namespace unjam {
namespace {

constexpr std::uint8_t kFirstBits = 2;
/// A table grows fourfold: few allocations on the way to a class that all hosts run.
constexpr std::uint8_t kGrowBits = 2;

}  // namespace

NameCounts::Slot& NameCounts::find(NameId name) {
  std::size_t i = index_of(name);
  while (slots_[i].count != 0 && slots_[i].name != name) {
    i = (i + 1) & (slot_count() - 1);
  }
  return slots_[i];
}

void NameCounts::grow() {
  const std::size_t old_count = slots_ ? slot_count() : 0;
  const std::unique_ptr<Slot[]> old = std::move(slots_);
  bits_ = old ? static_cast<std::uint8_t>(bits_ + kGrowBits) : kFirstBits;
  slots_ = std::make_unique<Slot[]>(slot_count());
  for (std::size_t i = 0; i < old_count; ++i) {
    if (old[i].count != 0) {
      find(old[i].name) = old[i];
    }
  }
}

void NameCounts::add_to_rest(NameId name, std::uint64_t count) {
  if (count == 0) {
    return;
  }
  if (!slots_) {
    grow();
  }
  Slot* slot = &find(name);
  if (slot->count == 0) {
    if (used_ + std::size_t{1} >= kMaxNames && name != Names::kOther) {
      add(Names::kOther, count);
      return;
    }
    // At most three quarters are used.
    if ((used_ + std::size_t{1}) * 4 > slot_count() * 3) {
      grow();
      slot = &find(name);
    }
    ++used_;
    slot->name = name;
  }
  slot->count = static_cast<std::uint32_t>(std::min<std::uint64_t>(
      slot->count + std::min<std::uint64_t>(count, UINT32_MAX), UINT32_MAX));
}

std::vector<std::pair<NameId, std::uint64_t>> NameCounts::entries() const {
  std::vector<std::pair<NameId, std::uint64_t>> all;
  all.reserve(used_ + std::size_t{1});
  for_each([&all](NameId name, std::uint64_t count) { all.emplace_back(name, count); });
  return all;
}

}  // namespace unjam
