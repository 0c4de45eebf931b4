#include "collect/mysql_time.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct SecondsCase {
  std::string_view text;
  std::optional<std::int64_t> micros;
};

TEST(MySqlSeconds, AreWholeMicroseconds) {
  const SecondsCase cases[] = {
      {"0.001830", 1830},
      {"10.586846", 10'586'846},
      {"2", 2'000'000},
      {"0.5", 500'000},
      {"0.0000019", 1},
      {"315360000.000000", 315'360'000'000'000},
      {"315360001", std::nullopt},
      {"4294967295", std::nullopt},
      {"18446744073708.796870", std::nullopt},
      {"18446744073708.796870.000036", std::nullopt},
      {"0.5.5", std::nullopt},
      {"-1", std::nullopt},
      {"", std::nullopt},
      {"x", std::nullopt},
      {"99999999999999999999999999999999", std::nullopt},
  };
  for (const SecondsCase& c : cases) {
    const auto time = parse_mysql_seconds(c.text);
    EXPECT_EQ(time ? std::optional(time->count()) : std::nullopt, c.micros) << c.text;
  }
}

TEST(MySqlTimeColumn, ReadsHoursBeyondADay) {
  const SecondsCase cases[] = {
      {"00:00:02.000731", 2'000'731},   {"00:00:02", 2'000'000},
      {"838:59:59", 3'020'399'000'000}, {"838:59:59.000000", 3'020'399'000'000},
      {"-00:00:01", std::nullopt},      {"00:60:00", std::nullopt},
      {"00:00", std::nullopt},          {"", std::nullopt},
  };
  for (const SecondsCase& c : cases) {
    const auto time = parse_mysql_time_column(c.text);
    EXPECT_EQ(time ? std::optional(time->count()) : std::nullopt, c.micros) << c.text;
  }
}

struct TimeCase {
  std::string_view text;
  std::string_view utc;  ///< Empty: refused.
};

void expect_times(std::initializer_list<TimeCase> cases,
                  std::optional<TimePoint> (MySqlTimeParser::*parse)(std::string_view),
                  seconds offset) {
  // Each case with a fresh parser and behind all the others: the cache must not show.
  MySqlTimeParser used(offset);
  for (const TimeCase& c : cases) {
    MySqlTimeParser fresh(offset);
    for (MySqlTimeParser* parser : {&fresh, &used}) {
      const auto at = (parser->*parse)(c.text);
      EXPECT_EQ(at ? format_time(*at) : std::string(), c.utc) << c.text;
    }
  }
}

TEST(MySqlTimeParser, IsoForm) {
  expect_times(
      {
          {"2024-05-18T02:40:00.033083Z", "2024-05-18T02:40:00.033083Z"},
          {"2024-05-18T02:40:00.933083Z", "2024-05-18T02:40:00.933083Z"},
          {"2024-05-18T02:40:01.000001+05:30", "2024-05-17T21:10:01.000001Z"},
          {"2024-05-18T02:40:01.000001-03:00", "2024-05-18T05:40:01.000001Z"},
          {"2019-08-14T09:26:59.487776265+08:00", "2019-08-14T01:26:59.487776Z"},
          {"2024-02-29 23:59:59", "2024-02-29T22:59:59.000000Z"},
          {"2023-02-29T00:00:00Z", ""},
          {"2024-05-18T24:40:00Z", ""},
          {"2024-05-18T02:40:00.033083X", ""},
          {"2024-05-18", ""},
          {std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 21), ""},
      },
      &MySqlTimeParser::parse_iso, hours(1));
}

TEST(MySqlTimeParser, OldForm) {
  expect_times(
      {
          {"070927  8:08:52", "2007-09-27T06:08:52.000000Z"},
          {"070927 18:08:52", "2007-09-27T16:08:52.000000Z"},
          {"121123 19:56:06.0000001967", "2012-11-23T17:56:06.000000Z"},
          {"691231 02:00:00", "2069-12-31T00:00:00.000000Z"},
          {"071332 18:08:52", ""},
          {"000000  0:00:00", ""},
          {"0709278:08:52", ""},
          {"", ""},
      },
      &MySqlTimeParser::parse_old, hours(2));
}

}  // namespace
}  // namespace unjam
