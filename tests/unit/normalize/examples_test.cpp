#include "unjam/normalize/normalizer.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(NormalizeExamples, EveryRuleFileSpeaksTrue) {
  const NormalizeRules rules = load_normalize_rules();
  ASSERT_GT(rules.examples.size(), 50U);
  for (const NormalizeExample& example : rules.examples) {
    const Normalizer normalizer(rules, example.enable);
    ASSERT_FALSE(example.dialects.empty());
    for (const Dialect dialect : example.dialects) {
      for (const std::string& sql : example.sql) {
        const Fingerprint found = normalizer.fingerprint(dialect, sql);
        EXPECT_EQ(found.text, example.fingerprint)
            << example.file << ":" << example.line << " " << to_string(dialect) << ": " << sql;
        EXPECT_EQ(normalizer.fingerprint(dialect, found.text).text, found.text)
            << example.file << ":" << example.line << " " << to_string(dialect);
      }
    }
  }
}

}  // namespace
}  // namespace unjam
