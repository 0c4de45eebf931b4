#include "collect/pg_stderr_log.h"

#include "unit/collect/pg_log_reading.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

using Events = std::vector<std::string>;

Events events_of(std::string_view log, bool mid_file = false, std::string_view prefix = "%p ") {
  return read_pg_log(*make_pg_stderr_reader(prefix, {}, mid_file), log);
}

TEST(PgStderrLog, JoinsLinesOfOneSession) {
  struct Case {
    std::string_view name, log;
    Events expected;
  };
  const Case cases[] = {
      {"exactly one tab is removed",
       "1 LOG:  duration: 1.000 ms  statement: SELECT\n\t\t1,\n\t\n\t  2\n",
       {"statement 1000us sql=[SELECT\\n\\t1,\\n\\n  2]"}},
      {"a forged line inside a literal",
       "1 LOG:  duration: 1.000 ms  statement: SELECT 'x\n\t1 LOG:  duration: 9.000 ms  statement: "
       "SELECT 2'\n",
       {"statement 1000us sql=[SELECT 'x\\n1 LOG:  duration: 9.000 ms  statement: SELECT 2']"}},
      {"interleaved sessions",
       "1 LOG:  duration: 1.000 ms  execute a: SELECT $1\n2 ERROR:  division by zero\n"
       "1 DETAIL:  parameters: $1 = '1\n\t2'\n3 LOG:  duration: 3.000 ms  statement: SELECT 3\n"
       "2 STATEMENT:  SELECT\n\t1/0\n1 LOG:  duration: 1.100 ms  statement: SELECT 4\n",
       {"statement 1000us sql=[SELECT $1] parameters=[$1 = '1\\n2']", "error sql=[SELECT\\n1/0]",
        "statement 3000us sql=[SELECT 3]", "statement 1100us sql=[SELECT 4]"}},
      {"secondary lines do not cross their session's next record",
       "1 ERROR:  division by zero\n2 LOG:  checkpoint starting: time\n1 LOG:  duration: 1.000 ms  "
       "statement: SELECT 1\n"
       "1 STATEMENT:  SELECT 9\n",
       {"error", "statement 1000us sql=[SELECT 1]"}},
      {"noise is no text",
       "pg_ctl: another server might be running\n1 LOG:  duration: 1.000 ms  statement: "
       "SELECT\n\t1\nlibrary says hello\n"
       "1 LOG:  duration: 2.000 ms  statement: SELECT 2\n",
       {"statement 1000us sql=[SELECT\\n1]", "statement 2000us sql=[SELECT 2]"}},
      {"tabs were lost on the way",
       "1 LOG:  duration: 1.000 ms  statement: SELECT a\n  FROM t\nWHERE b = 1\nnoise of a "
       "program\n"
       "1 LOG:  duration: 2.000 ms  statement: SELECT 2\n",
       {"statement 1000us sql=[SELECT a\\n  FROM t\\nWHERE b = 1]",
        "statement 2000us sql=[SELECT 2]"}},
      {"CRLF",
       "1 LOG:  duration: 1.000 ms  statement: SELECT\r\n\t1\r\n1 LOG:  duration: 2.000 ms\r\n",
       {"statement 1000us sql=[SELECT\\n1]", "statement 2000us"}},
      {"a CR that the client sent",
       "1 LOG:  duration: 1.000 ms  statement: SELECT\r\n\t1\n",
       {"statement 1000us sql=[SELECT\\r\\n1]"}},
      {"no final line feed",
       "1 LOG:  duration: 1.000 ms  statement: SELECT 1",
       {"statement 1000us sql=[SELECT 1] partial"}},
      {"a hole of zeros",
       std::string_view("\0\0\0\0"
                        "1 LOG:  duration: 1.000 ms  statement: SELECT 1\n",
                        52),
       {"statement 1000us sql=[SELECT 1]"}},
      {"bytes that are no UTF-8",
       "1 LOG:  duration: 1.000 ms  statement: SELECT '\xff\xfe'\n",
       {"statement 1000us sql=[SELECT '\xff\xfe']"}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(events_of(one.log), one.expected) << one.name;
    for (std::size_t step = 1; step < 40; ++step) {
      const auto reader = make_pg_stderr_reader("%p ", {}, false);
      EXPECT_EQ(read_pg_log(*reader, one.log, core_text, step), one.expected) << one.name << step;
    }
  }
}

/// In a window as long as a line or two the reader takes every line apart slowly; in one that holds
/// all, the ordinary ones fast. With a change anywhere, both must tell the same.
TEST(PgStderrLog, FastAndSlowReadingTellTheSame) {
  const std::string_view pieces[] = {
      "2024-05-18 02:40:00.047 UTC [1] a@s LOG:  duration: 1.000 ms  statement: SELECT\n\t 1\n\n",
      "2024-05-18 02:40:00.047 UTC [1] a@s LOG:  duration: 1.500 ms  execute x: SELECT $1\n"
      "2024-05-18 02:40:00.047 UTC [1] a@s DETAIL:  parameters: $1 = 'x\n\ty'\n",
      "2024-05-18 02:40:00.048 UTC [2] b@s ERROR:  division by zero\n"
      "2024-05-18 02:40:00.048 UTC [2] b@s STATEMENT:  SELECT\n\t1/0\n",
  };
  const std::string tail(2000, '#');
  constexpr std::string_view kOthers("\n\t\r\0 :@19#", 10);
  const auto compare = [&](const std::string& record) {
    std::string log = record;
    log += pieces[0];
    log += pieces[1];
    log += tail;
    const auto fast = make_pg_stderr_reader("%m [%p] %q%u@%d ", {}, false);
    const auto slow = make_pg_stderr_reader("%m [%p] %q%u@%d ", {}, false);
    EXPECT_EQ(read_pg_log(*fast, log, full_text), read_pg_log(*slow, log, full_text, 40)) << record;
    EXPECT_EQ(fast->skipped().size(), slow->skipped().size()) << record;
  };
  for (const std::string_view first : pieces) {
    for (const std::string_view second : pieces) {
      const std::string log = std::string(first) + std::string(second);
      compare(log);
      for (std::size_t at = 0; at < first.size(); ++at) {
        compare(log.substr(at));
        compare(log.substr(0, at) + log.substr(at + 1));
        for (const char other : kOthers) {
          compare(log.substr(0, at) + other + log.substr(at + (other == '#' ? 1 : 0)));
        }
      }
    }
  }
}

TEST(PgStderrLog, CountsWhatItSkips) {
  const auto reader = make_pg_stderr_reader("%p ", {}, false);
  read_pg_log(*reader, "hello\n1 LOG:  x\n2024 nonsense\n\n1 LOG:  y\n");
  ASSERT_EQ(reader->skipped().count("no log_line_prefix"), 1U);
  EXPECT_EQ(reader->skipped().at("no log_line_prefix").count, 2U);
  EXPECT_EQ(reader->skipped().at("no log_line_prefix").sample.substr(0, 5), "hello");
  // A reader that starts mid-file does not know what the first lines belong to.
  const auto middle = make_pg_stderr_reader("%p ", {}, true);
  read_pg_log(*middle, "FROM t\n\tWHERE 1\n1 STATEMENT:  x\n1 LOG:  y\n");
  EXPECT_TRUE(middle->skipped().empty());
}

TEST(PgStderrLog, StopsAtTheGivenOffset) {
  const std::string first = "1 ERROR:  division by zero\n";
  const std::string second = "1 STATEMENT:  SELECT 1/0\n";
  const std::string third = "1 LOG:  duration: 1.000 ms  statement: SELECT 1\n";
  std::string bytes = first + second + third;
  const std::size_t size = bytes.size();
  bytes.append(kScanPadding, '\0');
  TextSink sink(core_text);
  const auto reader = make_pg_stderr_reader("%p ", {}, false);
  // The record that begins before the offset is delivered with all its lines.
  EXPECT_EQ(reader->read({std::string_view(bytes).substr(0, size), true, first.size()}, sink),
            first.size() + second.size());
  EXPECT_EQ(sink.events, Events{"error sql=[SELECT 1/0]"});
}

TEST(PgStderrLog, FindsRecords) {
  const auto reader = make_pg_stderr_reader("%p ", {}, true);
  const std::string_view log =
      "1 LOG:  half a line\n\t1 LOG:  text\n1 STATEMENT:  x\n1 LOG:  duration: 1.000 ms  "
      "plan:\n\tQuery Text: SELECT 1\n"
      "1 LOG:  duration: 1.100 ms  statement: SELECT 1\n1 LOG:  duration: 1.000 ms  statement: "
      "SELECT 2\n";
  // Not between a plan and its statement.
  EXPECT_EQ(reader->find_record(log), log.rfind("1 LOG:"));
  EXPECT_EQ(reader->find_record("1 LOG:  only one"), std::string_view::npos);
  EXPECT_EQ(reader->find_record("x\n1 LOG:  y\n"), 2U);
  EXPECT_EQ(reader->find_record(""), std::string_view::npos);
}

TEST(PgStderrLog, LongInputsTakeLinearTime) {
  std::string log = "1 LOG:  duration: 1.000 ms  statement: SELECT '";
  for (int i = 0; i < 100'000; ++i) {
    log += "\n\t1 ERROR:  x  (cost=1.00";
  }
  log += "'\n";
  EXPECT_EQ(events_of(log).size(), 1U);
  std::string errors;
  for (int i = 0; i < 20'000; ++i) {
    errors += std::to_string(i) + " ERROR:  division by zero\n";
  }
  EXPECT_EQ(events_of(errors).size(), 20'000U);
}

}  // namespace
}  // namespace unjam
