// Attributes of one class in one minute, as interned names.
#pragma once

#include "unjam/aggregate/names.h"
#include "unjam/model/bucket.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace unjam {

enum class AttributeKind : std::uint8_t {
  User,
  Database,
  Host,
  Tag,  ///< Its name is "key\0value", as CommentTags gives it.
};

/// The attribute as the store knows it.
Attribute attribute_of(AttributeKind kind, NameId name, const Names& names);

/// At most ClassDelta::kMaxAttributes per key, "(other)" among them.
class AttributeCounts {
 public:
  struct Entry {
    NameId name = 0;
    AttributeKind kind = AttributeKind::User;
    std::uint64_t calls = 0;
    Duration query_time{0};
  };

  void add(AttributeKind kind, NameId name, Duration query_time, Names& names) {
    for (Entry& entry : entries_) {
      if (entry.name == name && entry.kind == kind) {
        ++entry.calls;
        entry.query_time += query_time;
        return;
      }
    }
    add_new(kind, name, query_time, names);
  }

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  void add_new(AttributeKind kind, NameId name, Duration query_time, Names& names);

  std::vector<Entry> entries_;
};

}  // namespace unjam
