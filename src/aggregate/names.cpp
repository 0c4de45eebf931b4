#include "unjam/aggregate/names.h"

namespace unjam {
namespace {

/// Cheap and good enough to spread the few names of a log over the table of recent ones.
std::size_t recent_slot(std::string_view name) {
  std::size_t hash = name.size();
  if (!name.empty()) {
    hash = hash * 31 + static_cast<unsigned char>(name.front());
    hash = hash * 31 + static_cast<unsigned char>(name[name.size() / 2]);
    hash = hash * 31 + static_cast<unsigned char>(name[name.size() - 1]);
    hash = hash * 31 + static_cast<unsigned char>(name[(name.size() - 1) - (name.size() - 1) / 4]);
  }
  return hash & 255;
}

}  // namespace

Names::Names() { texts_.emplace_back("(other)"); }

NameId Names::intern(std::string_view name) {
  Recent& recent = recent_[recent_slot(name)];
  if (recent.name != kOther && recent.text == name) {
    return recent.name;
  }
  NameId id = kOther;
  if (const auto found = ids_.find(name); found != ids_.end()) {
    id = found->second;
  } else if (texts_.size() < kMaxNames) {
    id = static_cast<NameId>(texts_.size());
    texts_.emplace_back(name);
    ids_.emplace(texts_.back(), id);
  }
  recent = {texts_[id], id};
  return id;
}

}  // namespace unjam
