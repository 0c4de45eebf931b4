#include "collect/pg_syslog.h"

#include "collect/pg_syslog_line.h"
#include "unit/collect/pg_log_reading.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

using Events = std::vector<std::string>;

TEST(PgSyslog, ReadsEveryHeader) {
  struct Case {
    std::string_view line, expected;  ///< time|pid|sequence|chunk|payload
  };
  const Case cases[] = {
      {"Nov 22 15:45:01 db1 postgres[2224]: [13-1] a", "|2224|13|1|a"},
      {"Nov  2 15:45:01 db1 postgres[2224]: [13-2]  a", "|2224|13|2| a"},
      {"<134>Nov 22 15:45:01 db1 postgres[2224]: [13-1] a", "|2224|13|1|a"},
      {"2024-05-18T02:40:00.033083+02:00 db1 postgres[2224]: [13-1] a",
       "2024-05-18T00:40:00.033083Z|2224|13|1|a"},
      {"<134>1 2024-05-18T02:40:00Z db1 postgres 2224 - -  [13-1] a",
       "2024-05-18T02:40:00.000000Z|2224|13|1|a"},
      {"<134>1 2024-05-18T02:40:00Z db1 postgres 2224 - [x@1 a=\"]\\\"\"][y] [13-1] a",
       "2024-05-18T02:40:00.000000Z|2224|13|1|a"},
      {"2024-05-18T02:40:00.123456+00:00 app[postgres.2224]: [DATABASE] [15-1] a",
       "2024-05-18T02:40:00.123456Z|2224|15|1|a"},
      {"<134>1 2024-05-18T02:40:00+00:00 host app postgres.2224 - - [DATABASE] [15-1]  a",
       "2024-05-18T02:40:00.000000Z|2224|15|1| a"},
      {"Nov 22 15:45:01 db1 postgres[2224]: [13] a", "|2224|13|0|a"},
      {"Nov 22 15:45:01 db1 postgres[2224]: [2224] LOG:  a", "|2224||0|[2224] LOG:  a"},
      {"Nov 22 15:45:01 db1 postgres[2224]: LOG:  a", "|2224||0|LOG:  a"},
      {"Nov 22 15:45:01 db1 kernel: a", "none"},
      {"2024-05-18 02:40:00.037 UTC [2224]: a", "none"},
      {"<134>1 2024-05-18T02:40:00Z db1 postgres - - - a", "none"},
      {"", "none"},
  };
  for (const Case& one : cases) {
    const auto line = parse_syslog_line(one.line);
    const std::string text =
        !line ? "none"
              : (line->at ? format_time(*line->at) : "") + "|" + std::string(line->pid) + "|" +
                    std::string(line->sequence) + "|" + std::to_string(line->chunk) + "|" +
                    std::string(line->payload);
    EXPECT_EQ(text, one.expected) << one.line;
  }
}

TEST(PgSyslog, UnescapesControlCharacters) {
  std::string out;
  append_unescaped("#011a#012#015##100 #0 #01", out);
  EXPECT_EQ(out, "\ta\n\r##100 #0 #01");
}

constexpr std::string_view kHead = "2024-05-18T02:40:00+00:00 db1 postgres";

std::string lines(std::initializer_list<std::pair<int, std::string_view>> messages) {
  std::string log;
  for (const auto& [pid, text] : messages) {
    log += std::string(kHead) + "[" + std::to_string(pid) + "]: " + std::string(text) + "\n";
  }
  return log;
}

TEST(PgSyslog, JoinsChunks) {
  const std::pair<std::string, Events> cases[] = {
      {lines({{7, "[3-1] app@shop LOG:  duration: 1.000 ms  statement: SELECT a,"},
              {7, "[3-2]  b FROM"},
              {7, "[3-3] #011t #011WHERE"},
              {7, "[3-4] #011#011c = 1"}}),
       {"statement 1000us sql=[SELECT a, b FROM\\nt \\tWHERE\\n\\tc = 1]"}},
      {lines({{7, "[3-1] app@shop LOG:  duration: 1.000 ms  execute x: SELECT $1"},
              {8, "[9-1] app@shop ERROR:  division by zero"},
              {7, "[3-2] app@shop DETAIL:  parameters: $1 = 'a"},
              {8, "[9-2] app@shop STATEMENT:  SELECT"},
              {7, "[3-3] #011b'"},
              {8, "[9-3]  1/0"},
              {7, "[4-1] app@shop LOG:  duration: 2.000 ms  statement: SELECT 2"}}),
       {"statement 1000us sql=[SELECT $1] parameters=[$1 = 'a\\nb']", "error sql=[SELECT 1/0]",
        "statement 2000us sql=[SELECT 2]"}},
      {lines({{7, "[3] app@shop ERROR:  x#012app@shop STATEMENT:  SELECT#012#011 '#015'"},
              {7, "[4] app@shop LOG:  duration: 2.000 ms  statement: SELECT 2"}}),
       {"error sql=[SELECT\\n '\\r']", "statement 2000us sql=[SELECT 2]"}},
      {lines({{7, "app@shop LOG:  duration: 1.000 ms  statement: SELECT"},
              {7, "#0111"},
              {7, "app@shop LOG:  duration: 2.000 ms  statement: SELECT 2"}}),
       {"statement 1000us sql=[SELECT\\n1]", "statement 2000us sql=[SELECT 2]"}},
  };
  for (const auto& [log, expected] : cases) {
    for (std::size_t step = 0; step < 120; ++step) {
      const auto reader = make_pg_syslog_reader("%q%u@%d ", {}, false);
      EXPECT_EQ(read_pg_log(*reader, log, core_text, step), expected) << log << step;
    }
    EXPECT_EQ(read_pg_text(log), expected) << log;
  }
}

TEST(PgSyslog, TakesSessionAndTimeFromTheHeader) {
  const std::string log =
      lines({{7, "[3-1] app@shop LOG:  duration: 1.000 ms  statement: SELECT 1"}});
  EXPECT_EQ(read_pg_text(log, full_text),
            Events{"2024-05-18T02:40:00.000000Z 7 app@shop statement 1000us sql=[SELECT 1]"});
}

TEST(PgSyslog, OtherProgramsAreSkipped) {
  const auto reader = make_pg_syslog_reader("%q%u@%d ", {}, false);
  const std::string log = "Nov 22 15:45:01 db1 sshd[5]: Accepted publickey\nnonsense\n" +
                          lines({{7, "[3-1] a@b LOG:  duration: 1.000 ms  statement: SELECT 1"}});
  EXPECT_EQ(read_pg_log(*reader, log), Events{"statement 1000us sql=[SELECT 1]"});
  EXPECT_EQ(reader->skipped().at("no syslog header").count, 1U);
  EXPECT_EQ(reader->skipped().at("no log_line_prefix").count, 1U);
}

}  // namespace
}  // namespace unjam
