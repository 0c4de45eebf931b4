#include "collect/pg_containers.h"
#include "collect/pg_csv_row.h"
#include "collect/pg_time.h"
#include "unit/collect/pg_container_check.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// The columns behind the message of each server's rows.
constexpr const char* kTail23 = ",,,,,,,,,\"app\"";
constexpr const char* kTail24 = ",,,,,,,,,\"app\",\"client backend\"";
constexpr const char* kTail26 = ",,,,,,,,,\"app\",\"client backend\",,-42";

std::string row(int second, const std::string& message, const std::string& tail = kTail26) {
  return fmt::format(
      "2024-05-18 02:40:{:02}.037 UTC,\"etl\",\"shop\",2224,\"10.0.0.39:42224\",66480fa0.8b0,1,"
      "\"SELECT\",2024-05-18 01:40:00 UTC,90/1,0,LOG,00000,\"{}\"{}\n",
      second, message, tail);
}

std::string duration(int second, const std::string& sql, const std::string& tail = kTail26) {
  return row(second, "duration: 1.500 ms  statement: " + sql, tail);
}

std::string shown(int second, const std::string& sql) {
  return fmt::format("statement|2024-05-18T02:40:{:02}.037000Z|2224|etl@shop/10.0.0.39|1500|{}",
                     second, sql);
}

Delivered read(const std::string& text) { return read_whole(make_pg_csv_reader, text); }

using Skips = std::map<std::string, std::uint64_t>;

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string> events;
  Skips skipped;
};

TEST(PgCsvLog, Reads) {
  std::string quoted_everywhere =
      "\"2024-05-18 02:40:01.037 "
      "UTC\",\"etl\",\"shop\",\"2224\",\"10.0.0.39:42224\",\"66480fa0.8b0\","
      "\"1\",\"SELECT\",\"2024-05-18 01:40:00 UTC\",\"90/1\",\"0\",\"LOG\",\"00000\","
      "\"duration: 1.500 ms  statement: select 1\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"app\","
      "\"client backend\",\"\",\"0\"\n";
  std::string copied_out =
      "log_time,user_name,database_name,process_id\n"
      "2024-05-18 04:40:01.037+02,etl,shop,2224,10.0.0.39:42224,66480fa0.8b0,1,SELECT,"
      "2024-05-18 01:40:00+00,90/1,0,LOG,00000,duration: 1.500 ms  statement: select 1,"
      ",,,,,,,,app,client backend,,0\n";
  const std::vector<Case> cases{
      {"nothing", "", {}, {}},
      {"26 columns", duration(1, "select 1"), {shown(1, "select 1")}, {}},
      {"24 columns", duration(1, "select 1", kTail24), {shown(1, "select 1")}, {}},
      {"23 columns", duration(1, "select 1", kTail23), {shown(1, "select 1")}, {}},
      {"22 columns", duration(1, "select 1", ",,,,,,,,"), {shown(1, "select 1")}, {}},
      {"a newer server",
       duration(1, "select 1", std::string(kTail26) + ",\"x\",,7"),
       {shown(1, "select 1")},
       {}},
      {"mixed widths",
       duration(1, "a", kTail23) + duration(2, "b", kTail26) + duration(3, "c", kTail24),
       {shown(1, "a"), shown(2, "b"), shown(3, "c")},
       {}},
      {"every field quoted", quoted_everywhere, {shown(1, "select 1")}, {}},
      {"no field quoted, column names", copied_out, {shown(1, "select 1")}, {}},
      {"newlines and doubled quotes",
       duration(1, "select \"\"a\"\"\n,\t'x,\"\"\"\"y'\n\nfrom t"),
       {shown(1, "select \"a\"\n,\t'x,\"\"y'\n\nfrom t")},
       {}},
      {"a tab that starts a line is data",
       duration(1, "select\n\t1"),
       {shown(1, "select\n\t1")},
       {}},
      {"line ends of Windows",
       duration(1, "a", std::string(kTail26) + "\r") + duration(2, "b"),
       {shown(1, "a"), shown(2, "b")},
       {}},
      {"byte order mark, blank lines, zeros",
       "\xEF\xBB\xBF" + duration(1, "a") + "\n\r\n" + std::string(1000, '\0') + duration(2, "b"),
       {shown(1, "a"), shown(2, "b")},
       {}},
      {"no line end", duration(1, "a").substr(0, duration(1, "a").size() - 1), {shown(1, "a")}, {}},
      {"a row in a row",
       duration(1, "select '\n" + std::string("2024-05-18 02:40:09.000 UTC,\"\"x\"\",") + "\n'") +
           duration(2, "b"),
       {shown(1, "select '\n2024-05-18 02:40:09.000 UTC,\"x\",\n'"), shown(2, "b")},
       {}},
      {"a line of something else",
       "pg_ctl: started\n" + duration(1, "a") + "what \"is\" this\n" + duration(2, "b") +
           duration(3, "c"),
       {shown(1, "a"), shown(2, "b"), shown(3, "c")},
       {{"bad csv row", 2}}},
      {"a lost quote",
       duration(1, "a") + "2024-05-18 02:40:02.037 UTC,\"etl,\"shop\",1\n" + duration(3, "c") +
           duration(4, "d"),
       {shown(1, "a"), shown(3, "c"), shown(4, "d")},
       {{"bad csv row", 1}}},
      {"cut by a crash in the message",
       duration(1, "a") + duration(2, "select 'lost'\nfrom t").substr(0, 200) + "\n" +
           duration(3, "c") + duration(4, "d"),
       {shown(1, "a"), shown(3, "c"), shown(4, "d")},
       {{"bad csv row", 1}}},
      {"cut outside of quotes",
       duration(1, "a") + "2024-05-18 02:40:02.037 UTC,\"etl\",\"shop\",22\n" + duration(3, "c"),
       {shown(1, "a"), shown(3, "c")},
       {{"bad csv row", 1}}},
      {"an open quote to the end",
       "x,\"\n" + duration(1, "a") + duration(2, "b"),
       {shown(1, "a"), shown(2, "b")},
       {{"bad csv row", 1}}},
      {"no time",
       "2024-13-45 99:99:99.037 UTC,\"etl\",\"shop\",1,,,,,,,,LOG,,\"duration: 1.5 ms  statement: "
       "x\",,,,,,,,,\n",
       {},
       {{"bad csv row", 1}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Delivered delivered = read(c.text);
    EXPECT_EQ(delivered.events, c.events);
    EXPECT_EQ(delivered.skipped, c.skipped);
  }
}

TEST(PgCsvLog, SecondaryFieldsBelongToTheirRecord) {
  const std::string error =
      "2024-05-18 02:40:01.000 CEST,\"etl\",\"shop\",7,\"[local]\",66.7,3,\"SELECT\","
      "2024-05-18 01:40:00 CEST,3/4,0,ERROR,57014,\"canceling statement due to user request\",,,,,,"
      "\"select \"\"slow\"\"\",,,\"psql\",\"client backend\",,0\n";
  EXPECT_EQ(
      read(error).events,
      std::vector<std::string>{"error|2024-05-18T00:40:01.000000Z|7|etl@shop/[local]|-1|"
                               "select \"slow\"|57014|canceling statement due to user request"});
  const std::string execute =
      "2024-05-18 02:40:01.000 +0530,\"etl\",\"shop\",7,\"2001:db8::17:5432\",66.7,3,\"SELECT\","
      "2024-05-18 01:40:00 +0530,3/4,0,LOG,00000,\"duration: 2.000 ms  execute <unnamed>: select "
      "$1\","
      "\"parameters: $1 = 'a\"\"b'\",,,,,,,,\"psql\",\"client backend\",,0\n";
  EXPECT_EQ(
      read(execute).events,
      std::vector<std::string>{"statement|2024-05-17T21:10:01.000000Z|7|etl@shop/2001:db8::17|2000|"
                               "select $1|$1 = 'a\"b'"});
}

std::string sample() {
  return duration(1, "select 1", kTail23) + duration(2, "select \"\"a\"\",\n'x'\nfrom t") +
         "garbage \"here\n" +
         duration(3, "insert into t values ('\n2024-05-18 02:40:09.000 UTC,y')") +
         row(4, "checkpoint starting: time") + duration(5, "select 5", kTail24) +
         duration(6, "select 6");
}

TEST(PgCsvLog, WindowsDoNotMatter) {
  const std::string text = sample();
  const Delivered whole = read(text);
  ASSERT_EQ(whole.events.size(), 5U);
  for (std::size_t step = 1; step < 400; step = step * 5 / 4 + 1) {
    EXPECT_EQ(read_in_windows(make_pg_csv_reader, text, step), whole) << step;
  }
}

TEST(PgCsvLog, TwoReadersMeet) {
  const std::string text = sample();
  const Delivered whole = read(text);
  for (std::size_t near = 0; near <= text.size(); ++near) {
    std::size_t split = 0;
    const Delivered both = read_in_two(make_pg_csv_reader, text, near, split);
    EXPECT_EQ(both.events, whole.events) << near << " " << split;
  }
}

TEST(PgCsvLog, CutAnywhereInventsNothing) {
  const std::string text = sample();
  const std::vector<std::string> events = read(text).events;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const Delivered cut = read(text.substr(0, size));
    ASSERT_LE(cut.events.size(), events.size()) << size;
    for (std::size_t i = 0; i < cut.events.size(); ++i) {
      if (cut.events[i] == events[i]) {
        continue;
      }
      // Only the last one may be a part, and says so.
      EXPECT_EQ(i + 1, cut.events.size()) << size;
      ASSERT_TRUE(cut.events[i].ends_with("|partial")) << size << ": " << cut.events[i];
      const std::string front = cut.events[i].substr(0, cut.events[i].size() - 8);
      EXPECT_TRUE(events[i].starts_with(front)) << size << ": " << front;
    }
  }
}

TEST(PgCsvLog, MegabytesInOneRow) {
  const std::string values(3 << 20, 'x');
  const Delivered delivered = read(duration(1, "insert '" + values + "'") + duration(2, "b"));
  EXPECT_EQ(delivered.events,
            (std::vector<std::string>{shown(1, "insert '" + values + "'"), shown(2, "b")}));
}

TEST(PgCsvLog, HostileInputsEnd) {
  std::string opens;
  for (int i = 0; i < 20000; ++i) {
    opens += "2024-05-18 02:40:01.037 UTC,\"";
    opens += i % 3 == 0 ? "\"\"aaa\n" : i % 3 == 1 ? ",\n" : "\n";
  }
  for (const std::string& text :
       {std::string(1 << 20, '"'), std::string(1 << 20, ','), std::string(1 << 20, '\0'), opens,
        "\"" + std::string(1 << 20, '\n'), std::string("\xFF\xFE\"\r\"\r,\"")}) {
    const Delivered delivered = read(text);
    EXPECT_TRUE(delivered.events.empty());
  }
}

TEST(PgCsvLog, IsRecognised) {
  const std::string rows = duration(1, "select 1\nfrom \"\"t\"\"") + duration(2, "select 2");
  EXPECT_TRUE(looks_like_pg_csv(rows));
  EXPECT_TRUE(looks_like_pg_csv("\xEF\xBB\xBF" + rows));
  EXPECT_TRUE(looks_like_pg_csv(rows.substr(100))) << "starts inside a record";
  EXPECT_TRUE(looks_like_pg_csv(duration(1, std::string(1000, 'x')).substr(0, 500)))
      << "one cut row";
  EXPECT_FALSE(looks_like_pg_csv(""));
  EXPECT_FALSE(looks_like_pg_csv("2024-05-18 02:40:00.037 UTC [5] LOG:  duration: 1 ms, a, b\n"));
  EXPECT_FALSE(
      looks_like_pg_csv("2024-05-18 02:40:00.037 UTC,a,b,c\n2024-05-18 02:40:00.037 UTC,1\n"));
}

TEST(PgTime, Zones) {
  struct ZoneCase {
    std::string text;
    const char* utc;
    int local_hours = 0;
  };
  const std::vector<ZoneCase> cases{
      {"2024-05-18 02:40:00.037 UTC", "2024-05-18T02:40:00.037000Z"},
      {"2024-05-18 02:40:00 GMT", "2024-05-18T02:40:00.000000Z"},
      {"2024-05-18 02:40:00.5 CEST", "2024-05-18T00:40:00.500000Z"},
      {"2024-05-18 02:40:00.000 JST", "2024-05-17T17:40:00.000000Z"},
      {"2024-05-18 02:40:00.000 +03", "2024-05-17T23:40:00.000000Z"},
      {"2024-05-18 02:40:00.000 -03", "2024-05-18T05:40:00.000000Z"},
      {"2024-05-18 02:40:00.000 +0530", "2024-05-17T21:10:00.000000Z"},
      {"2024-05-18 02:40:00.000+05:45", "2024-05-17T20:55:00.000000Z"},
      {"2024-05-18 02:40:00.000 CST", "2024-05-18T08:40:00.000000Z"},
      {"2024-05-18 02:40:00.000 CST", "2024-05-17T18:40:00.000000Z", 8},
      {"2024-05-18 02:40:00.000 XYZT", "2024-05-18T01:40:00.000000Z", 1},
      {"2024-05-18 02:40:00.000", "2024-05-18T00:40:00.000000Z", 2},
      {"2024-02-29T23:59:60.1+00:00", "2024-03-01T00:00:00.100000Z"},
      {"2023-02-29 00:00:00 UTC", "-"},
      {"2024-05-18 24:00:00 UTC", "-"},
      {"2024-05-18 02:40:00. UTC", "-"},
      {"2024-05-18 02:40", "-"},
      {std::string(10, '\0') + " 00:00:00 UTC", "-"},
  };
  for (const ZoneCase& c : cases) {
    PgTimeParser time{std::chrono::hours(c.local_hours)};
    for (int again = 0; again < 2; ++again) {
      const auto at = time.parse(c.text);
      EXPECT_EQ(at ? format_time(*at) : "-", c.utc) << c.text;
    }
  }
}

TEST(PgTime, CachesDateAndZone) {
  PgTimeParser time{std::chrono::seconds(0)};
  const std::vector<std::pair<const char*, const char*>> texts{
      {"2024-05-18 02:40:00 UTC", "2024-05-18T02:40:00.000000Z"},
      {"2024-05-18 02:40:00 CEST", "2024-05-18T00:40:00.000000Z"},
      {"2024-05-19 02:40:00 CET", "2024-05-19T01:40:00.000000Z"},
      {"2024-05-18 02:40:00 UTC", "2024-05-18T02:40:00.000000Z"},
  };
  for (const auto& [text, utc] : texts) {
    EXPECT_EQ(format_time(time.parse(text).value()), utc);
  }
}

TEST(PgTime, Length) {
  EXPECT_EQ(pg_time_length("2024-05-18 02:40:00 UTC:10.0.0.1(5000):"), 23U);
  EXPECT_EQ(pg_time_length("2024-05-18 02:40:00.037 +0530 [1]"), 29U);
  EXPECT_EQ(pg_time_length("2024-05-18 02:40:00.037 -03-x"), 27U);
  EXPECT_EQ(pg_time_length("2024-05-18 02:40:00"), 0U);
  EXPECT_EQ(pg_time_length("2024-05-18 02:40:00 "), 0U);
  EXPECT_EQ(pg_time_length("2024-05-18 02:4"), 0U);
}

}  // namespace
}  // namespace unjam
