#include "unjam/rank/comparison.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Case {
  const char* what;
  PeriodLoad before;
  PeriodLoad now;
  Duration all;  ///< Of both periods.
  Verdict verdict;
};

TEST(CompareLoads, ChangesThatAreNone) {
  const std::vector<Case> cases = {
      {"twice as heavy",
       {10'000, seconds(100)},
       {10'000, seconds(200)},
       seconds(1000),
       Verdict::Worse},
      {"half", {10'000, seconds(200)}, {10'000, seconds(100)}, seconds(1000), Verdict::Better},
      {"a tenth more",
       {10'000, seconds(100)},
       {11'000, seconds(110)},
       seconds(1000),
       Verdict::Same},
      {"double of nearly nothing",
       {10'000, seconds(1)},
       {20'000, seconds(2)},
       seconds(1000),
       Verdict::Same},
      {"double, of four executions",
       {4, seconds(100)},
       {8, seconds(200)},
       seconds(300),
       Verdict::Same},
      {"double, of four hundred",
       {400, seconds(100)},
       {800, seconds(200)},
       seconds(300),
       Verdict::Worse},
      {"one long execution where none was",
       {0, seconds(0)},
       {1, seconds(500)},
       seconds(500),
       Verdict::Same},
      {"many where none were", {0, seconds(0)}, {100, seconds(500)}, seconds(500), Verdict::Worse},
      {"nothing at all", {0, seconds(0)}, {0, seconds(0)}, seconds(0), Verdict::Same},
      {"more calls of no time", {10, seconds(0)}, {1000, seconds(0)}, seconds(0), Verdict::Same},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(compare_loads(one.before, one.now, one.all, one.all), one.verdict) << one.what;
  }
}

TEST(CompareLoads, BackAndForthAreOpposite) {
  for (const std::uint64_t calls : {1U, 10U, 50U, 100U, 1000U}) {
    for (const int percent : {50, 90, 110, 150, 300}) {
      const PeriodLoad one{calls, seconds(100)};
      const PeriodLoad other{calls, seconds(percent)};
      const Verdict there = compare_loads(one, other, seconds(1000), seconds(1000));
      const Verdict back = compare_loads(other, one, seconds(1000), seconds(1000));
      EXPECT_EQ(there == Verdict::Worse, back == Verdict::Better);
      EXPECT_EQ(there == Verdict::Same, back == Verdict::Same);
    }
  }
}

TEST(CompareLoads, ThresholdsAreTheCallers) {
  ComparisonThresholds loose;
  loose.relative = 0.01;
  loose.deviations = 0;
  EXPECT_EQ(
      compare_loads({10, seconds(100)}, {10, seconds(105)}, seconds(100), seconds(100), loose),
      Verdict::Worse);
}

}  // namespace
}  // namespace unjam
