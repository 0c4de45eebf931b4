// Interned strings: users, hosts, databases, tags. One per aggregator; not thread-safe.
#pragma once

#include "unjam/aggregate/query_class.h"

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace unjam {

class Names {
 public:
  /// Stands for every name past kMaxNames distinct ones; its text is "(other)".
  static constexpr NameId kOther = 0;
  static constexpr std::size_t kMaxNames = 1'000'000;

  Names();
  NameId intern(std::string_view name);
  std::string_view text(NameId name) const { return texts_[name]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Recent {
    std::string_view text;
    NameId name = kOther;
  };

  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, NameId> ids_;
  std::array<Recent, 256> recent_{};
};

}  // namespace unjam
