#include "unjam/aggregate/fingerprint_cache.h"

namespace unjam {

Fingerprint FingerprintCache::fingerprint(Dialect dialect, std::string_view sql,
                                          const ShapeHash& shape) {
  const Key key{shape, dialect};
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) {
      return found->second;
    }
  }
  Fingerprint result = normalizer_.fingerprint(dialect, sql);
  const std::lock_guard lock(mutex_);
  if (known_.size() < kMaxEntries) {
    known_.emplace(key, result);
  }
  return result;
}

}  // namespace unjam
