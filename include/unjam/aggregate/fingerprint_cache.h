// Fingerprints by shape, shared by the aggregators of all threads: a shape that one thread has met
// costs the others a look-up, not a tokeniser run.
#pragma once

#include "unjam/lex/shape.h"
#include "unjam/normalize/normalizer.h"

#include <cstddef>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace unjam {

/// Thread-safe. Keeps the first kMaxEntries shapes.
class FingerprintCache {
 public:
  static constexpr std::size_t kMaxEntries = std::size_t{1} << 15;

  /// `normalizer` must outlive the cache.
  explicit FingerprintCache(const Normalizer& normalizer) : normalizer_(normalizer) {}

  /// The fingerprint of `sql`, whose scan gave `shape`.
  Fingerprint fingerprint(Dialect dialect, std::string_view sql, const ShapeHash& shape);

  const Normalizer& normalizer() const { return normalizer_; }

 private:
  struct Key {
    ShapeHash shape;
    Dialect dialect;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept { return key.shape.low; }
  };

  const Normalizer& normalizer_;
  std::mutex mutex_;
  std::unordered_map<Key, Fingerprint, Hash> known_;
};

}  // namespace unjam
