#include "aggregate/shape_cache.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(ShapeCache, FindsWhatWasInserted) {
  ShapeCache cache;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const ShapeHash shape{i * 64, i};  // the low bits collide
    ASSERT_EQ(cache.find(shape), ShapeCache::kAbsent);
    cache.insert(shape, i);
    ASSERT_EQ(cache.find(shape), i);
  }
  EXPECT_EQ(cache.find({0, 0}), 0U);
  EXPECT_EQ(cache.find({64, 2}), ShapeCache::kAbsent);
}

TEST(ShapeCache, ForgetsWhenFull) {
  ShapeCache cache;
  for (std::uint32_t i = 0; i < ShapeCache::kMaxEntries + 10; ++i) {
    cache.insert({i * 0x9e3779b97f4a7c15ULL, i}, i);
  }
  EXPECT_EQ(cache.find({0, 0}), ShapeCache::kAbsent);
  const std::uint32_t last = ShapeCache::kMaxEntries + 9;
  EXPECT_EQ(cache.find({last * 0x9e3779b97f4a7c15ULL, last}), last);
}

}  // namespace
}  // namespace unjam
