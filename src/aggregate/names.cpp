#include "unjam/aggregate/names.h"

#include <xxhash.h>

namespace unjam {
namespace {

constexpr unsigned kFirstBits = 8;

}  // namespace

Names::Names() : slots_(std::size_t{1} << kFirstBits), shift_(64 - kFirstBits) {
  texts_.emplace_back("(other)");
}

Names::Key Names::hash_of(std::string_view name) {
  return {XXH3_64bits(name.data(), name.size()), 0, static_cast<std::uint32_t>(name.size())};
}

NameId Names::intern(const Key& key, std::string_view name) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = place_of(key);
  while (slots_[i].name != kOther) {
    if (is(slots_[i], key, name)) {
      return slots_[i].name;
    }
    i = (i + 1) & mask;
  }
  if (texts_.size() >= kMaxNames) {
    return kOther;
  }
  const auto id = static_cast<NameId>(texts_.size());
  texts_.emplace_back(name);
  slots_[i] = {key, id};
  if (texts_.size() * 2 > slots_.size()) {
    grow();
  }
  return id;
}

void Names::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  --shift_;
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.name != kOther) {
      std::size_t i = place_of(slot.key);
      while (slots_[i].name != kOther) {
        i = (i + 1) & mask;
      }
      slots_[i] = slot;
    }
  }
}

}  // namespace unjam
