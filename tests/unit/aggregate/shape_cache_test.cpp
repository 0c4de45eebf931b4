#include "aggregate/shape_cache.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(ShapeCache, FindsWhatWasInserted) {
  ShapeCache cache;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const ShapeHash shape{i * 64, i};  // the low bits collide
    ASSERT_EQ(cache.find(shape), nullptr);
    ASSERT_EQ(cache.insert(shape, i)->index(), i);
    ASSERT_EQ(cache.find(shape)->index(), i);
  }
  EXPECT_EQ(cache.find({0, 0})->index(), 0U);
  EXPECT_EQ(cache.find({64, 2}), nullptr);
}

TEST(ShapeCache, ForgetsWhenFull) {
  ShapeCache cache;
  for (std::uint32_t i = 0; i < ShapeCache::kMaxEntries + 10; ++i) {
    cache.insert({i * 0x9e3779b97f4a7c15ULL, i}, i);
  }
  EXPECT_EQ(cache.find({0, 0}), nullptr);
  const std::uint32_t last = ShapeCache::kMaxEntries + 9;
  EXPECT_EQ(cache.find({last * 0x9e3779b97f4a7c15ULL, last})->index(), last);
}

TEST(ShapeCache, RemembersASampleFloor) {
  KnownShape shape({1, 2}, 3);
  EXPECT_TRUE(shape.may_exceed_floor(-1));
  EXPECT_TRUE(shape.may_exceed_floor(0));
  shape.set_sample_floor(-1);
  EXPECT_FALSE(shape.may_exceed_floor(-1));
  EXPECT_TRUE(shape.may_exceed_floor(0));
  shape.set_sample_floor(1000);
  EXPECT_FALSE(shape.may_exceed_floor(1000));
  EXPECT_TRUE(shape.may_exceed_floor(1001));
  shape.set_sample_floor(INT64_C(1) << 40);
  EXPECT_FALSE(shape.may_exceed_floor(1'000'000));
  EXPECT_TRUE(shape.may_exceed_floor((INT64_C(1) << 40) + 1));
}

}  // namespace
}  // namespace unjam
