// The compiled-in normaliser behind a cache, for tests that aggregate.
#pragma once

#include "unjam/aggregate/fingerprint_cache.h"
#include "unjam/config/rules.h"

namespace unjam {

inline FingerprintCache& default_fingerprints() {
  static const Normalizer kNormalizer{load_normalize_rules()};
  static FingerprintCache cache(kNormalizer);
  return cache;
}

}  // namespace unjam
