#include "aggregate/attribute_counts.h"

#include <algorithm>
#include <string>

namespace unjam {
namespace {

/// Of all keys together; only a hostile log has more.
constexpr std::size_t kMaxEntries = 512;

/// Of a tag's name, with the NUL.
std::string_view key_part(std::string_view tag) { return tag.substr(0, tag.find('\0') + 1); }

bool same_key(const AttributeCounts::Entry& entry, AttributeKind kind, std::string_view key,
              const Names& names) {
  return entry.kind == kind &&
         (kind != AttributeKind::Tag || names.text(entry.name).starts_with(key));
}

}  // namespace

Attribute attribute_of(AttributeKind kind, NameId name, const Names& names) {
  const std::string_view text = names.text(name);
  switch (kind) {
    case AttributeKind::User:
      return {"user", std::string(text)};
    case AttributeKind::Database:
      return {"database", std::string(text)};
    case AttributeKind::Host:
      return {"host", std::string(text)};
    case AttributeKind::Tag:
      break;
  }
  const std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) {
    return {"tag:(other)", std::string(text)};
  }
  return {"tag:" + std::string(text.substr(0, nul)), std::string(text.substr(nul + 1))};
}

void AttributeCounts::add_new(AttributeKind kind, NameId name, Duration query_time, Names& names) {
  const std::string key =
      kind == AttributeKind::Tag ? std::string(key_part(names.text(name))) : std::string();
  const auto known =
      static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
        return same_key(e, kind, key, names);
      }));
  if (known + 1 < ClassDelta::kMaxAttributes && entries_.size() < kMaxEntries) {
    entries_.push_back({name, kind, 1, query_time});
    return;
  }
  const NameId other =
      kind == AttributeKind::Tag ? names.intern(key + "(other)") : NameId{Names::kOther};
  for (Entry& entry : entries_) {
    if (entry.name == other && entry.kind == kind) {
      ++entry.calls;
      entry.query_time += query_time;
      return;
    }
  }
  if (known < ClassDelta::kMaxAttributes && known > 0) {
    entries_.push_back({other, kind, 1, query_time});
  }
}

}  // namespace unjam
