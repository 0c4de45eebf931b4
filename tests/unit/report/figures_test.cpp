#include "report/figures.h"

#include "report/unicode.h"

#include <limits>

#include <gtest/gtest.h>

namespace unjam {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Figures, ExactSecondsOfDurations) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0"},
      {1, "0.000001"},
      {100'000, "0.1"},
      {1'000'000, "1"},
      {1'500'000, "1.5"},
      {8'123'456, "8.123456"},
      {10'000'000, "10"},
      {-2'250'000, "-2.25"},
      {300'000, "0.3"},
      {std::numeric_limits<std::int64_t>::max(), "9223372036854.775807"},
      {std::numeric_limits<std::int64_t>::min(), "-9223372036854.775808"}};
  for (const auto& [micros, expected] : cases) {
    EXPECT_EQ(exact_seconds(Duration(micros)), expected);
  }
}

TEST(Figures, ExactNumbersAreAlwaysNumbers) {
  EXPECT_EQ(exact_seconds(0.1 + 0.2), "0.3");
  EXPECT_EQ(exact_seconds(0.351407327258), "0.351407327");
  EXPECT_EQ(exact_seconds(-1e-12), "0");
  EXPECT_EQ(exact_seconds(kNaN), "0");
  EXPECT_EQ(exact_seconds(-kInf), "0");
  EXPECT_EQ(exact_ratio(1.0 / 3), "0.333333");
  EXPECT_EQ(exact_ratio(1), "1");
  EXPECT_EQ(exact_ratio(100), "100");
}

TEST(Figures, HumanDuration) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {{-5, "0 µs"},
                                                                   {0, "0 µs"},
                                                                   {85, "85 µs"},
                                                                   {999, "999 µs"},
                                                                   {1000, "1.0 ms"},
                                                                   {4'123, "4.1 ms"},
                                                                   {9'960, "10 ms"},
                                                                   {412'000, "412 ms"},
                                                                   {999'400, "999 ms"},
                                                                   {999'600, "1.0 s"},
                                                                   {3'210'000, "3.2 s"},
                                                                   {34'400'000, "34 s"},
                                                                   {60'000'000, "1 m"},
                                                                   {725'000'000, "12 m 5 s"},
                                                                   {3'599'900'000, "1 h"},
                                                                   {4'320'000'000, "1 h 12 m"},
                                                                   {43'199'966'917, "12 h"},
                                                                   {86'399'000'000, "1 d"},
                                                                   {273'600'000'000, "3 d 4 h"}};
  for (const auto& [micros, expected] : cases) {
    EXPECT_EQ(human_duration(Duration(micros)), expected) << micros;
  }
  EXPECT_EQ(human_duration(Duration::max()), "106751991 d 4 h");
}

TEST(Figures, HumanCounts) {
  const std::vector<std::pair<std::uint64_t, std::string>> cases = {
      {0, "0"},
      {999, "999"},
      {1000, "1.0 k"},
      {12'345, "12.3 k"},
      {99'960, "100 k"},
      {123'456, "123 k"},
      {999'400, "999 k"},
      {999'500, "1.0 M"},
      {4'512'345, "4.5 M"},
      {std::numeric_limits<std::uint64_t>::max(), "18.4 E"}};
  for (const auto& [count, expected] : cases) {
    EXPECT_EQ(human_count(count), expected);
  }
  EXPECT_EQ(human_bytes(512), "512 B");
  EXPECT_EQ(human_bytes(12'345'678), "12.3 MB");
}

TEST(Figures, HumanNumbersAndPercents) {
  EXPECT_EQ(human_number(0), "0");
  EXPECT_EQ(human_number(0.001), "<0.01");
  EXPECT_EQ(human_number(0.238), "0.24");
  EXPECT_EQ(human_number(1.25), "1.2");
  EXPECT_EQ(human_number(366.4), "366");
  EXPECT_EQ(human_number(12'345), "12.3 k");
  EXPECT_EQ(human_number(kNaN), "0");
  EXPECT_EQ(human_number(1e300), "18.4 E");
  EXPECT_EQ(human_percent(0.4213), "42.1 %");
  EXPECT_EQ(human_percent(0.0001), "<0.1 %");
  EXPECT_EQ(human_percent(0), "0 %");
  EXPECT_EQ(human_percent(kNaN), "0 %");
}

TEST(Figures, BarsKeepTheirWidth) {
  for (const double share : {-1.0, 0.0, 1e-9, 0.01, 0.1, 0.5, 0.999, 1.0, 7.0, kNaN, kInf}) {
    EXPECT_EQ(display_width(share_bar(share, 5)), 5U) << share;
  }
  EXPECT_EQ(share_bar(0.5, 4), "██  ");
  EXPECT_EQ(share_bar(1e-9, 2), "▏ ");
}

TEST(Figures, Sparkline) {
  EXPECT_EQ(sparkline({1, 0, 8}, 8), "▂ █");
  EXPECT_EQ(sparkline({}, 8), "");
  EXPECT_EQ(sparkline({0, 0}, 8), "");
  EXPECT_EQ(sparkline({kNaN, -3, kInf, 2}, 8), "   █");
  EXPECT_EQ(display_width(sparkline(std::vector<double>(1000, 3), 40)), 40U);
}

TEST(Figures, ResampleKeepsTheMean) {
  EXPECT_EQ(resample({1, 3, 5, 7}, 2), (std::vector<double>{2, 6}));
  EXPECT_EQ(resample({1, 2}, 10), (std::vector<double>{1, 2}));
  EXPECT_TRUE(resample({1, 2}, 0).empty());
}

}  // namespace
}  // namespace unjam
