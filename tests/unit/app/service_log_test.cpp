#include "app/service_log.h"

#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// What is logged at `level` or worse, with the time replaced.
std::string logged(LogLevel level, void (*log)()) {
  testing::internal::CaptureStderr();
  start_log(level);
  log();
  std::istringstream lines(testing::internal::GetCapturedStderr());
  std::string result;
  constexpr std::size_t kTime = std::string_view("2026-01-02T03:04:05.678Z").size();
  for (std::string line; std::getline(lines, line);) {
    result += line.size() > kTime && line[kTime - 1] == 'Z' ? "TIME" + line.substr(kTime) : line;
    result += '\n';
  }
  return result;
}

TEST(ServiceLog, IsASentenceAndKeysWithValues) {
  unsetenv("JOURNAL_STREAM");
  EXPECT_EQ(logged(LogLevel::Info,
                   [] {
                     log_event(LogLevel::Info, "collector runs", {{"target", "shop"}, {"n", "1"}});
                     log_event(LogLevel::Debug, "not said at this level");
                     log_event(LogLevel::Error, "no fields");
                   }),
            "TIME info collector runs target=shop n=1\nTIME error no fields\n");
}

TEST(ServiceLog, HostileValuesStayOneValueOnOneLine) {
  struct Example {
    std::string value;
    std::string expected;
  };
  const std::vector<Example> examples = {
      {"", "\"\""},
      {"two words", "\"two words\""},
      {"a\nTIME error forged", "\"a\\x0aTIME error forged\""},
      {"\" other=1", "\"\\\" other=1\""},
      {"back\\slash", "\"back\\\\slash\""},
      {"\x1b[31m\x7f", "\"\\x1b[31m\\x7f\""},
      {"\xc2\x9b"
       "31m",
       "\"\\xc2\\x9b31m\""},
      {"日本", "\"日本\""},
      {"\xff\xe3\x81", "\"\\xff\\xe3\\x81\""},
      {"a=b", "\"a=b\""},
      {"/var/log/slow.log", "/var/log/slow.log"},
  };
  for (const Example& example : examples) {
    testing::internal::CaptureStderr();
    start_log(LogLevel::Info);
    log_event(LogLevel::Info, "s", {{"k", example.value}});
    const std::string line = testing::internal::GetCapturedStderr();
    EXPECT_EQ(line.substr(line.find(" info ") + 6), "s k=" + example.expected + "\n");
  }
}

TEST(ServiceLog, TellsTheJournalPriorities) {
  setenv("JOURNAL_STREAM", "8:1", 1);
  EXPECT_EQ(logged(LogLevel::Debug,
                   [] {
                     log_event(LogLevel::Debug, "d");
                     log_event(LogLevel::Info, "i");
                     log_event(LogLevel::Warning, "w");
                     log_event(LogLevel::Error, "e");
                   }),
            "<7>d\n<6>i\n<4>w\n<3>e\n");
  unsetenv("JOURNAL_STREAM");
}

TEST(ServiceLog, WarningsAndErrorsAreCountedAlsoWhenNotSaid) {
  const LogCounts before = log_counts();
  logged(LogLevel::Error, [] {
    log_event(LogLevel::Warning, "w");
    log_event(LogLevel::Error, "e");
    log_event(LogLevel::Error, "e");
  });
  EXPECT_EQ(log_counts().warnings, before.warnings + 1);
  EXPECT_EQ(log_counts().errors, before.errors + 2);
}

}  // namespace
}  // namespace unjam
