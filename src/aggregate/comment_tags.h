// Query tags of a statement's comments, as interned names; a cache, since comments repeat.
#pragma once

#include "unjam/aggregate/names.h"
#include "unjam/lex/shape.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace unjam {

/// Not thread-safe.
class CommentTags {
 public:
  CommentTags();

  /// "key\0value" names of all comments in `sql` that are query tags, but for per-call keys. Valid
  /// until the next call.
  std::span<const NameId> tags_of(std::string_view sql, const StatementScan& scan, Names& names);

 private:
  struct Slot {
    std::uint64_t key = 0;  ///< 0: free.
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  std::span<const NameId> tags_of_comment(std::string_view comment, Names& names);
  Slot& find(std::uint64_t key);
  void make_room();

  std::vector<Slot> slots_;  ///< Open addressing; at most half are used.
  std::size_t used_ = 0;
  std::vector<NameId> tags_;  ///< Of all known comments, one after the other.
  std::vector<NameId> found_;
};

}  // namespace unjam
