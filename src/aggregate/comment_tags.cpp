#include "aggregate/comment_tags.h"

#include "unjam/normalize/query_tags.h"

#include <algorithm>

#include <xxhash.h>

namespace unjam {
namespace {

constexpr std::size_t kFirstSlots = 256;
/// Comments with a per-call part never repeat; the cache starts afresh rather than keep them all.
constexpr std::size_t kMaxKnown = 16'384;

/// Where the W3C trace context begins that ends a sqlcommenter comment (keys are sorted, so it is
/// the last one): `,traceparent='00-<32 hex digits>-<16>-<2>'*/`. npos when there is none, and
/// where the bytes of its value could change how the rest is read.
std::size_t trace_context_of(std::string_view comment) {
  using namespace std::string_view_literals;
  constexpr auto kKey = ",traceparent='"sv;
  constexpr auto kEnd = "'*/"sv;
  constexpr std::size_t kValue = 55;
  constexpr std::size_t kAll = kKey.size() + kValue + kEnd.size();
  if (comment.size() <= kAll || !comment.ends_with(kEnd)) {
    return std::string_view::npos;
  }
  const std::size_t begin = comment.size() - kAll;
  const std::string_view value = comment.substr(begin + kKey.size(), kValue);
  // If the quote before the value closes another one, the 0 makes the comment none of ours.
  if (comment.substr(begin, kKey.size()) != kKey || value.front() != '0' ||
      value.find('\'') != std::string_view::npos || value.find('\\') != std::string_view::npos) {
    return std::string_view::npos;
  }
  // With `:` first, it is Marginalia's format: there the quotes are part of a value.
  const auto first_mark =
      std::find_if(comment.begin(), comment.end(), [](char c) { return c == '=' || c == ':'; });
  return *first_mark == '=' ? begin : std::string_view::npos;
}

/// Comments with the same key have the same tags. Trace contexts differ by call and are no tags.
std::uint64_t key_of(std::string_view comment) {
  const std::size_t trace = trace_context_of(comment);
  const std::uint64_t key = trace == std::string_view::npos
                                ? XXH3_64bits(comment.data(), comment.size())
                                : XXH3_64bits_withSeed(comment.data(), trace, 1);
  return std::max<std::uint64_t>(key, 1);
}

}  // namespace

CommentTags::CommentTags() : slots_(kFirstSlots) {}

CommentTags::Slot& CommentTags::find(std::uint64_t key) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = key & mask;
  while (slots_[i].key != 0 && slots_[i].key != key) {
    i = (i + 1) & mask;
  }
  return slots_[i];
}

/// For one more comment.
void CommentTags::make_room() {
  if (used_ >= kMaxKnown) {
    std::fill(slots_.begin(), slots_.end(), Slot());
    used_ = 0;
    tags_.clear();
  } else if ((used_ + 1) * 2 > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) {
        find(slot.key) = slot;
      }
    }
  }
}

std::span<const NameId> CommentTags::tags_of_comment(std::string_view comment, Names& names) {
  const std::uint64_t key = key_of(comment);
  if (const Slot& known = find(key); known.key == key) {
    return std::span(tags_).subspan(known.first, known.count);
  }
  make_room();
  const std::size_t first = tags_.size();
  for (const auto& [tag, value] : parse_query_tags(comment)) {
    if (!is_per_call_tag(tag)) {
      std::string name = tag;
      name += '\0';
      name += value;
      tags_.push_back(names.intern(name));
    }
  }
  const std::size_t count = tags_.size() - first;
  find(key) = {key, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(count)};
  ++used_;
  return std::span(tags_).subspan(first, count);
}

std::span<const NameId> CommentTags::tags_of(std::string_view sql, const StatementScan& scan,
                                             Names& names) {
  const auto tags_of_span = [&](const CommentSpan& span) {
    return tags_of_comment(sql.substr(span.begin, span.end - span.begin), names);
  };
  if (scan.comment_count == 1) {
    return tags_of_span(scan.comments[0]);
  }
  found_.clear();
  for (std::uint32_t i = 0; i < scan.comment_count; ++i) {
    const auto tags = tags_of_span(scan.comments[i]);
    found_.insert(found_.end(), tags.begin(), tags.end());
  }
  return found_;
}

}  // namespace unjam
