// How often each name was seen: the users, hosts, databases, tags and errors of one query class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace unjam {

/// Index of an interned name (Names).
using NameId = std::uint32_t;

/// The first name costs no allocation, since most classes of a large log have one user and one
/// database; the others are in an open-addressed table, at most 2^32 - 1 of each. Past kMaxNames
/// distinct ones the rest is counted as Names::kOther.
class NameCounts {
 public:
  static constexpr std::size_t kMaxNames = 512;

  void add(NameId name, std::uint64_t count = 1) {
    if (name == first_ || first_count_ == 0) {
      first_ = name;
      first_count_ += count;
      return;
    }
    if (slots_) {
      Slot& slot = slots_[index_of(name)];
      if (slot.name == name && slot.count != 0 && count < UINT32_MAX - slot.count) {
        slot.count += static_cast<std::uint32_t>(count);
        return;
      }
    }
    add_to_rest(name, count);
  }
  bool empty() const { return first_count_ == 0; }
  std::vector<std::pair<NameId, std::uint64_t>> entries() const;
  /// Calls `use` with each name and its count.
  template <typename Use>
  void for_each(const Use& use) const {
    if (first_count_ > 0) {
      use(first_, first_count_);
    }
    for (std::size_t i = 0; slots_ && i < slot_count(); ++i) {
      if (slots_[i].count > 0) {
        use(slots_[i].name, std::uint64_t{slots_[i].count});
      }
    }
  }

  /// The memory that add(name) is likely to touch, to prefetch it.
  const void* place_of(NameId name) const {
    return slots_ && name != first_ ? slots_.get() + index_of(name) : nullptr;
  }

 private:
  struct Slot {
    NameId name = 0;
    std::uint32_t count = 0;  ///< 0: free.
  };
  std::size_t slot_count() const { return std::size_t{1} << bits_; }
  /// Where the search for `name` begins. Names are numbered in the order they were met; the
  /// product scatters neighbours.
  std::size_t index_of(NameId name) const { return name * 0x9e3779b1U >> (32 - bits_); }
  /// The slot of `name`, or the free one where it belongs.
  Slot& find(NameId name);
  void add_to_rest(NameId name, std::uint64_t count);
  void grow();

  std::uint64_t first_count_ = 0;
  std::unique_ptr<Slot[]> slots_;  ///< 2^bits_ of them.
  NameId first_ = 0;
  std::uint16_t used_ = 0;
  std::uint8_t bits_ = 0;
};

}  // namespace unjam
