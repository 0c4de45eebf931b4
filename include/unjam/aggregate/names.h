// Interned strings: users, hosts, databases, tags. One per aggregator; not thread-safe.
#pragma once

#include "unjam/aggregate/name_counts.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Every event interns three names, so this is an open-addressed table that finds a name of up to
/// 16 bytes without a hash function or a look at its text: such a name is two integers.
class Names {
 public:
  /// Stands for every name past kMaxNames distinct ones; its text is "(other)".
  static constexpr NameId kOther = 0;
  static constexpr std::size_t kMaxNames = 1'000'000;

  Names();
  NameId intern(std::string_view name) {
    if (name.size() <= kShort) {
      const Key key = key_of(name);
      const Slot& slot = slots_[place_of(key)];
      if (slot.key == key && slot.name != kOther) {
        return slot.name;
      }
      return intern(key, name);
    }
    return intern(hash_of(name), name);
  }
  std::string_view text(NameId name) const { return texts_[name]; }
  std::size_t size() const { return texts_.size(); }

 private:
  static constexpr std::size_t kShort = 16;

  struct Key {
    std::uint64_t head = 0;  ///< The first bytes; of a longer name, a hash.
    std::uint64_t tail = 0;  ///< The last bytes, overlapping the first ones of a shorter name.
    std::uint32_t size = 0;
    bool operator==(const Key&) const = default;
  };
  struct Slot {
    Key key;
    NameId name = kOther;  ///< kOther: free.
  };

  template <typename Word>
  static std::uint64_t load(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  static Key key_of(std::string_view name) {
    const char* const begin = name.data();
    const std::size_t size = name.size();
    Key key;
    key.size = static_cast<std::uint32_t>(size);
    if (size >= 8) {
      key.head = load<std::uint64_t>(begin);
      key.tail = load<std::uint64_t>(begin + size - 8);
    } else if (size >= 4) {
      key.head = load<std::uint32_t>(begin);
      key.tail = load<std::uint32_t>(begin + size - 4);
    } else if (size > 0) {
      key.head = load<std::uint8_t>(begin);
      key.tail = load<std::uint8_t>(begin + size / 2) << 8 | load<std::uint8_t>(begin + size - 1);
    }
    return key;
  }
  static Key hash_of(std::string_view name);
  std::size_t place_of(const Key& key) const {
    std::uint64_t hash = key.head * 0x9e3779b97f4a7c15U + key.tail * 0xd6e8feb86659fd93U + key.size;
    hash ^= hash >> 32;
    return static_cast<std::size_t>(hash * 0x9e3779b97f4a7c15U >> shift_);
  }
  bool is(const Slot& slot, const Key& key, std::string_view name) const {
    return slot.key == key && (name.size() <= kShort || texts_[slot.name] == name);
  }
  NameId intern(const Key& key, std::string_view name);
  void grow();

  std::deque<std::string> texts_;
  std::vector<Slot> slots_;
  unsigned shift_;  ///< 64 - log2 of slots_.size().
};

}  // namespace unjam
