// Query tags of a statement's comments, as interned names; a cache, since comments repeat.
#pragma once

#include "unjam/aggregate/names.h"
#include "unjam/lex/shape.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace unjam {

class CommentTags {
 public:
  /// "key\0value" names of all comments in `sql` that are query tags, but for per-call keys. Valid
  /// until the next call.
  const std::vector<NameId>& tags_of(std::string_view sql, const StatementScan& scan, Names& names);

 private:
  const std::vector<NameId>& tags_of_comment(std::string_view comment, Names& names);

  std::unordered_map<std::uint64_t, std::vector<NameId>> known_;
  std::vector<NameId> found_;
};

}  // namespace unjam
