#include "collect/pg_prefix.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct MatchCase {
  std::string_view prefix;
  std::string_view line;
  std::string_view expected;  ///< time|pid|session|sqlstate|user|database|host|application|tag|text
};

std::string text_of(const PgLine& line) {
  std::string out = line.at ? format_time(*line.at) : "";
  out += "|" + (line.pid ? std::to_string(*line.pid) : "");
  for (const std::string_view field : {line.session_id, line.sqlstate, line.user, line.database,
                                       line.host, line.application, line.command_tag, line.text}) {
    out += "|" + std::string(field);
  }
  return out;
}

TEST(PgPrefix, TakesLinesApart) {
  const MatchCase cases[] = {
      {"%m [%p] ", "2024-05-18 02:40:00.037 UTC [2224] LOG:  x",
       "2024-05-18T02:40:00.037000Z|2224||||||||x"},
      {"%m [%p] %q%u@%d ", "2024-05-18 04:40:00.037 CEST [2224] a b@shop LOG:  x",
       "2024-05-18T02:40:00.037000Z|2224|||a b|shop||||x"},
      {"%m [%p] %q%u@%d ", "2024-05-18 02:40:00.037 +0530 [7] LOG:  background",
       "2024-05-17T21:10:00.037000Z|7||||||||background"},
      // A user name that looks like a message.
      {"%m [%p] %q%u@%d ", "2024-05-18 02:40:00.037 UTC [7] LOG:  x@shop FATAL:  no such role",
       "2024-05-18T02:40:00.037000Z|7|||LOG:  x|shop||||no such role"},
      {"%m [%p] %q%u@%d ", "2024-05-18 02:40:00.037 UTC [7] [unknown]@[unknown] LOG:  x",
       "2024-05-18T02:40:00.037000Z|7||||||||x"},
      {"%t:%r:%u@%d:[%p]:", "2024-05-18 02:40:00 UTC:2001:db8::17(5432):app@shop:[12]:LOG:  x",
       "2024-05-18T02:40:00.000000Z|12|||app|shop|2001:db8::17|||x"},
      {"%t:%r:%u@%d:[%p]:", "2024-05-18 02:40:00 UTC::@:[123]:LOG:  checkpoint",
       "2024-05-18T02:40:00.000000Z|123||||||||checkpoint"},
      {"%t:%r:%u@%d:[%p]:", "2024-05-18 02:40:00 UTC:[local]:app@shop:[12]:LOG:  x",
       "2024-05-18T02:40:00.000000Z|12|||app|shop|[local]|||x"},
      {"%t-%c-", "2024-05-18 02:40:00 UTC-664815a0.8b0-LOG:  x",
       "2024-05-18T02:40:00.000000Z|2224|664815a0.8b0|||||||x"},
      {"%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
       "2024-05-18 02:40:00 UTC [5]: [3-1] user=app,db=shop,app=LOG:  forged,client=10.0.0.1 "
       "ERROR:  x",
       "2024-05-18T02:40:00.000000Z|5|||app|shop|10.0.0.1|LOG:  forged||x"},
      {"%n %c %e %i ", "1795342488.701 664815a0.8b0 42P01 idle in transaction ERROR:  x",
       "2026-11-22T10:14:48.701000Z|2224|664815a0.8b0|42P01|||||idle in transaction|x"},
      {"[%6p] [%-10u] %v %x %Q ", "[  2224] [app       ] 3/12 0 -4611 LOG:  x",
       "|2224|||app|||||x"},
      {"%m %P %b %%|", "2024-05-18 02:40:00.037 UTC  client backend %|LOG:  x",
       "2024-05-18T02:40:00.037000Z|||||||||x"},
      {"%v ", "-1/0 LOG:  x", "|||||||||x"},
      {"", "LOG:  x", "|||||||||x"},
      {"%s %l: ", "2024-05-18 02:40:00 UTC 12: LOG:  x", "|||||||||x"},
      // log_error_verbosity=verbose; what only looks like a SQLSTATE stays text.
      {"", "ERROR:  42P01: relation \"x\" does not exist",
       "|||42P01||||||relation \"x\" does not exist"},
      {"", "ERROR:  ABCDE: mine", "|||||||||ABCDE: mine"},
      {"[%p] ", "[1] СООБЩЕНИЕ:  x", "|1||||||||x"},
      {"[%p] ", "[1] INSTRUCTION :  x", "|1||||||||x"},
      {"%m [%p] ", "2024-05-18 02:40:00.037 UTC [2224] hello", "no match"},
      {"%m [%p] ", "\t2024-05-18 02:40:00.037 UTC [2224] LOG:  x", "no match"},
      {"%m [%p] ", "2024-05-18 02:40 UTC [2224] LOG:  x", "no match"},
      {"%e ", "abcde LOG:  x", "no match"},
      {"%m [%p] ", "", "no match"},
  };
  for (const MatchCase& one : cases) {
    PgPrefix prefix(one.prefix);
    PgLine line;
    const bool matches = prefix.match(one.line, line);
    EXPECT_EQ(matches ? text_of(line) : "no match", one.expected) << one.line;
  }
}

TEST(PgPrefix, CachedTimesAreExact) {
  PgPrefix prefix("%m ");
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"2024-05-18 02:40:00.037 UTC LOG:  x", "2024-05-18T02:40:00.037000Z"},
      {"2024-05-18 02:40:59.999 UTC LOG:  x", "2024-05-18T02:40:59.999000Z"},
      {"2024-05-18 02:41:00.001 UTC LOG:  x", "2024-05-18T02:41:00.001000Z"},
      {"2024-05-18 02:41:00.001 CET LOG:  x", "2024-05-18T01:41:00.001000Z"},
      {"2024-05-18 02:41:02.001 CET LOG:  x", "2024-05-18T01:41:02.001000Z"},
      {"2024-05-18 02:41:02 CET LOG:  x", "2024-05-18T01:41:02.000000Z"},
      {"2024-05-18 02:41:03 CET LOG:  x", "2024-05-18T01:41:03.000000Z"},
      {"2024-05-18 02:41:03 CEST LOG:  x", "2024-05-18T00:41:03.000000Z"},
  };
  for (const auto& [text, expected] : lines) {
    PgLine line;
    ASSERT_TRUE(prefix.match(text, line)) << text;
    ASSERT_TRUE(line.at.has_value()) << text;
    EXPECT_EQ(format_time(*line.at), expected) << text;
  }
}

/// What match_front() finds must be what match() finds; it may find nothing.
bool front_matches(PgPrefix& prefix, const std::string& line) {
  const std::string log = line + "\n" + std::string(600, 'x');
  PgLine front;
  if (!prefix.match_front(log, front)) {
    return false;
  }
  const std::size_t begin = static_cast<std::size_t>(front.text.data() - log.data());
  EXPECT_EQ(begin + front.text.size(), log.size());
  const std::string whole = log.substr(0, log.find('\n'));
  EXPECT_LE(begin, whole.size()) << line;
  front.text = std::string_view(log).substr(begin, whole.size() - begin);
  PgLine expected;
  EXPECT_TRUE(prefix.match(whole, expected)) << line;
  EXPECT_EQ(text_of(front), text_of(expected)) << line;
  EXPECT_EQ(front.severity, expected.severity) << line;
  EXPECT_EQ(front.severity_word, expected.severity_word) << line;
  return true;
}

TEST(PgPrefix, FrontOfALineTellsWhatTheLineTells) {
  const std::pair<std::string_view, std::string> lines[] = {
      {"%m [%p] ", "2024-05-18 02:40:00.037 UTC [2224] LOG:  x"},
      {"%m [%p] %q%u@%d ", "2024-05-18 04:40:00.037 CEST [2224] a b@shop LOG:  x"},
      {"%m [%p] %q%u@%d ", "2024-05-18 04:40:00.037 UTC [4] [unknown]@[unknown] STATEMENT:  x"},
      {"%t:%r:%u@%d:[%p]:", "2024-05-18 02:40:00 UTC:10.0.0.1(5432):app@shop:[12]:DETAIL:  x"},
      {"%t:%r:%u@%d:[%p]:", "2024-05-18 02:40:00 UTC:2001:db8::17(5432):app@shop:[12]:LOG:  x"},
      {"%t:%r:%u@%d:[%p]:", "2024-05-18 02:40:00 UTC:[local]:app@shop:[12]:ERROR:  42P01: x"},
      {"%t-%c-", "2024-05-18 02:40:00 UTC-664815a0.8b0-LOG:  00000: x"},
      {"%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
       "2024-05-18 02:40:00 UTC [5]: [3-1] user=app,db=shop,app=psql,client=10.0.0.1 HINT:  x"},
      {"%n %c %e %i ", "1795342488.701 664815a0.8b0 42P01 SELECT ERROR:  x"},
      {"[%6p] [%-10u] %v %x %Q ", "[  2224] [app       ] 3/12 0 -4611 LOG:  x"},
      {"[%p] ", "[1] СООБЩЕНИЕ:  x"},
      {"a literal of many bytes%p ", "a literal of many bytes1 LOG:  x"},
      {"", "LOG:  x"},
  };
  constexpr std::string_view kOthers("\n\t\r\0 :@[](),.-0159LZx=\xff", 23);
  for (const auto& [escapes, line] : lines) {
    PgPrefix prefix(escapes);
    front_matches(prefix, line);  // The time is another one then.
    EXPECT_TRUE(front_matches(prefix, line)) << line;
    for (std::size_t at = 0; at <= line.size(); ++at) {
      front_matches(prefix, line.substr(0, at));
      front_matches(prefix, line.substr(at));
      for (const char other : kOthers) {
        front_matches(prefix, line.substr(0, at) + other + line.substr(at));
        std::string replaced = line;
        replaced[std::min(at, line.size() - 1)] = other;
        front_matches(prefix, replaced);
      }
    }
  }
}

TEST(PgPrefix, FrontIsNotLookedForNearTheEnd) {
  PgPrefix prefix("%m [%p] %q%u@%d ");
  const std::string line = "2024-05-18 04:40:00.037 UTC [2224] app@shop LOG:  x";
  for (std::size_t size = 0; size <= line.size(); ++size) {
    // A buffer of its own, so that a sanitizer sees every byte read too far.
    const std::vector<char> bytes(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size));
    PgLine out;
    EXPECT_FALSE(prefix.match_front({bytes.data(), bytes.size()}, out));
  }
}

TEST(PgPrefix, UnknownZoneIsTheConfiguredOne) {
  PgPrefix prefix("%t ", std::chrono::hours(2));
  PgLine line;
  ASSERT_TRUE(prefix.match("2024-05-18 02:40:00 XYZT LOG:  x", line));
  EXPECT_EQ(format_time(*line.at), "2024-05-18T00:40:00.000000Z");
}

TEST(PgPrefix, HostileLinesEndSoon) {
  PgPrefix prefix("%a %u %d %h %i %b ");
  const std::string blanks(100'000, ' ');
  PgLine line;
  for (int i = 0; i < 200; ++i) {
    EXPECT_FALSE(prefix.match(blanks, line));
  }
}

/// Four sessions' worth of lines, written with a prefix as the server would.
std::string sample_log(std::string_view prefix) {
  struct Record {
    std::string_view user, database, text;
  };
  const Record records[] = {
      {"app", "shop", "LOG:  duration: 1.250 ms  statement: SELECT 1"},
      {"app", "shop", "DETAIL:  parameters: $1 = '5'"},
      {"", "", "LOG:  checkpoint starting: time"},
      {"web", "crm", "ERROR:  relation \"x\" does not exist at character 15"},
      {"web", "crm", "STATEMENT:  select * from x"},
  };
  std::string log;
  for (int i = 0; i < 3; ++i) {
    for (const Record& record : records) {
      const bool session = !record.user.empty();
      const std::string pid = std::to_string(record.user == "app" ? 2224 : session ? 2230 : 99);
      bool stop = false;
      for (std::size_t at = 0; at < prefix.size() && !stop; ++at) {
        if (prefix[at] != '%') {
          log += prefix[at];
          continue;
        }
        switch (prefix[++at]) {
          case 'm':
            log += "2024-05-18 02:40:00.123 UTC";
            break;
          case 't':
          case 's':
            log += "2024-05-18 02:40:00 UTC";
            break;
          case 'n':
            log += "1716000000.123";
            break;
          case 'p':
            log += pid;
            break;
          case 'c':
            log += "6648d0a0.8b0";
            break;
          case 'l':
            log += std::to_string(i + 7);
            break;
          case 'e':
            log += "00000";
            break;
          case 'v':
            log += session ? "3/12" : "";
            break;
          case 'x':
            log += "0";
            break;
          case 'Q':
            log += "-4611686018427387904";
            break;
          case 'u':
            log += record.user;
            break;
          case 'd':
            log += record.database;
            break;
          case 'a':
            log += session ? "psql x" : "";
            break;
          case 'h':
            log += session ? "10.0.0.5" : "";
            break;
          case 'r':
            log += session ? "10.0.0.5(5122)" : "";
            break;
          case 'b':
            log += session ? "client backend" : "checkpointer";
            break;
          case 'i':
            log += session ? "SELECT" : "";
            break;
          case 'q':
            stop = !session;
            break;
          default:
            break;
        }
      }
      log += record.text;
      log += '\n';
    }
  }
  return log;
}

TEST(PgPrefixDetection, FindsUsualAndUnusualPrefixes) {
  const std::string_view prefixes[] = {
      "%m [%p] %q%u@%d ",
      "%t:%r:%u@%d:[%p]:",
      "%t-%c-",
      "%m [%p]: [%l-1] db=%d,user=%u ",
      "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
      "%m [%p] %q[user=%u,db=%d,app=%a] ",
      "sql_error_code = %e ",
      "sql_error_code = %e time_ms = \"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" "
      "vtid=\"%v\" tid=\"%x\" log_line=\"%l\" %qdatabase=\"%d\" connection_source=\"%r\" "
      "user=\"%u\" application_name=\"%a\" ",
      "%m|%p|%u|%d|",
      "[%p] %m %u/%d: ",
      "%n %p %c ",
      "%t %c %q%u@%d(%h) ",
      "%m %b[%p] %q%u@%d ",
      "%m [%p] %q%u@%d %e ",
      "%m [%p] %q%u@%d %a ",
      "%m [%p] %q%u@%d/%a %Q ",
      "%m [%p-%l] %q%u@%d/%a ",
      "%t [%p]: db=%d,user=%u,app=%a,client=%r,state=%e ",
      "%m %p %l %e %v %x ",
      "time=%m pid=%p user=%u db=%d rhost=%h ",
      "< %m %u %d >",
      "",
  };
  for (const std::string_view written : prefixes) {
    const std::string log = sample_log(written);
    const auto found = detect_log_line_prefix(log);
    ASSERT_TRUE(found.has_value()) << written;
    PgPrefix expected(written);
    PgPrefix detected(*found);
    std::string_view rest = log;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() + 1);
      PgLine as_written;
      PgLine as_detected;
      ASSERT_TRUE(expected.match(line, as_written)) << line;
      EXPECT_TRUE(detected.match(line, as_detected)) << written << " -> " << *found;
      EXPECT_EQ(text_of(as_detected), text_of(as_written)) << written << " -> " << *found;
    }
  }
}

TEST(PgPrefixDetection, OtherTextHasNone) {
  for (const std::string_view text :
       {"", "hello\nworld\n", "# Time: 2024-05-18T02:40:00Z\n# User@Host: a[a] @ b []\nSELECT 1;\n",
        "\t2024-05-18 02:40:00.123 UTC [1] LOG:  x\n"}) {
    EXPECT_FALSE(detect_log_line_prefix(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace unjam
