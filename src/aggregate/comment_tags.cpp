#include "aggregate/comment_tags.h"

#include "unjam/normalize/query_tags.h"

#include <xxhash.h>

namespace unjam {
namespace {

/// Comments with a per-call part never repeat; the cache starts afresh rather than keep them all.
constexpr std::size_t kMaxKnown = 16'384;

}  // namespace

const std::vector<NameId>& CommentTags::tags_of_comment(std::string_view comment, Names& names) {
  const std::uint64_t key = XXH3_64bits(comment.data(), comment.size());
  if (const auto found = known_.find(key); found != known_.end()) {
    return found->second;
  }
  if (known_.size() >= kMaxKnown) {
    known_.clear();
  }
  std::vector<NameId>& tags = known_[key];
  for (const auto& [tag, value] : parse_query_tags(comment)) {
    if (!is_per_call_tag(tag)) {
      std::string name = tag;
      name += '\0';
      name += value;
      tags.push_back(names.intern(name));
    }
  }
  return tags;
}

const std::vector<NameId>& CommentTags::tags_of(std::string_view sql, const StatementScan& scan,
                                                Names& names) {
  found_.clear();
  for (std::uint32_t i = 0; i < scan.comment_count; ++i) {
    const CommentSpan& span = scan.comments[i];
    const auto& tags = tags_of_comment(sql.substr(span.begin, span.end - span.begin), names);
    found_.insert(found_.end(), tags.begin(), tags.end());
  }
  return found_;
}

}  // namespace unjam
