#include "unjam/base/time.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(Time, ParsesWhatPeopleWrite) {
  const struct {
    const char* text;
    const char* iso;
  } cases[] = {
      {"2024-05-18T02:40:00.033083Z", "2024-05-18T02:40:00.033083Z"},
      {"2024-05-18 02:40:00", "2024-05-18T02:40:00.000000Z"},
      {"2024-05-18T02:40", "2024-05-18T02:40:00.000000Z"},
      {"2024-05-18", "2024-05-18T00:00:00.000000Z"},
      {"2024-05-18T02:40:00+09:00", "2024-05-17T17:40:00.000000Z"},
      {"2024-05-18T02:40:00.5-0530", "2024-05-18T08:10:00.500000Z"},
      {"2024-02-29", "2024-02-29T00:00:00.000000Z"},
  };
  for (const auto& c : cases) {
    const auto at = parse_time(c.text);
    ASSERT_TRUE(at) << c.text;
    EXPECT_EQ(format_time(*at), c.iso) << c.text;
  }
}

TEST(Time, RejectsTheRest) {
  for (const char* text :
       {"", "x", "2024-13-01", "2023-02-29", "2024-05-18T25:00", "2024-05-18T02:40:00.",
        "2024-05-18T02:40:00Zx", "2024-05-18x", "24-05-18", "2024-05-18T02:40:00+99:00"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Time, Ages) {
  EXPECT_EQ(parse_age("90s"), std::chrono::seconds(90));
  EXPECT_EQ(parse_age("24h"), std::chrono::hours(24));
  EXPECT_EQ(parse_age("2w"), std::chrono::days(14));
  for (const char* text : {"", "7", "d", "-1d", "7x", "7dd", "99999999999d"}) {
    EXPECT_FALSE(parse_age(text)) << text;
  }
}

}  // namespace
}  // namespace unjam
