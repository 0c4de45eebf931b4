// The command line as a user meets it: exit codes, errors, output. Runs run_cli in this process.
#include "app/commands.h"
#include "unit/app/temporary_folder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam {
namespace {

struct Ran {
  int exit_code;
  std::string out;
  std::string err;
};

Ran run(std::vector<std::string> words) {
  words.insert(words.begin(), "unjam");
  std::vector<const char*> argv;
  for (const std::string& word : words) {
    argv.push_back(word.c_str());
  }
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int exit_code = run_cli(static_cast<int>(argv.size()), argv.data());
  return {exit_code, testing::internal::GetCapturedStdout(),
          testing::internal::GetCapturedStderr()};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class Cli : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string log_ = folder_.write("slow.log", make_slow_log(300));
};

TEST_F(Cli, AnalyzeTellsTotals) {
  const Ran ran = run({"analyze", "--output", "json", log_});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "\"statements\": 300")) << ran.out.substr(0, 2000);
  EXPECT_EQ(ran.err, "");
}

TEST_F(Cli, EveryOutputFormat) {
  for (const char* format : {"text", "json", "markdown", "html", "csv"}) {
    const Ran ran = run({"analyze", "--output", format, log_});
    EXPECT_EQ(ran.exit_code, 0) << format;
    EXPECT_TRUE(contains(ran.out, "orders")) << format;
  }
}

TEST_F(Cli, LiteralsAreMaskedUnlessAskedFor) {
  EXPECT_FALSE(contains(run({"analyze", log_}).out, "it''s"));
  EXPECT_TRUE(contains(run({"analyze", "--show-literals", log_}).out, "it''s"));
  EXPECT_FALSE(contains(run({"events", "--mask", log_}).out, "it''s"));
  EXPECT_TRUE(contains(run({"events", log_}).out, "it''s"));
}

TEST_F(Cli, AMissingFileDoesNotHideTheOthers) {
  const Ran ran = run({"analyze", folder_.path("missing.log"), log_});
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_TRUE(contains(ran.err, "missing.log"));
  EXPECT_EQ(lines(ran.err), 1U);
  EXPECT_TRUE(contains(ran.out, "orders"));
}

TEST_F(Cli, EmptyFileIsNoError) {
  const Ran ran = run({"analyze", folder_.write("empty.log", "")});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "empty"));
}

TEST_F(Cli, UnknownFormatSaysHowToForceOne) {
  for (const std::string& path :
       {folder_.write("hosts", "127.0.0.1 localhost\n::1 ip6-localhost\n"),
        folder_.write("binary", std::string("\x7f"
                                            "ELF\0\0\0\1\2\3",
                                            10))}) {
    const Ran ran = run({"analyze", path});
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_TRUE(contains(ran.err, "--format")) << ran.err;
    EXPECT_EQ(lines(ran.err), 1U);
    EXPECT_EQ(ran.out, "");
  }
}

TEST_F(Cli, WrongUsage) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"nonsense"},
      {"analyze"},
      {"analyze", "--output", "pdf", log_},
      {"analyze", "--by", "beauty", log_},
      {"analyze", "--group-by", "mood", log_},
      {"analyze", "--top", "-1", log_},
      {"analyze", "--since", "yesterdayish", log_},
      {"analyze", "--tag", "novalue", log_},
      {"analyze", "--match", "(", log_},
      {"analyze", "--enable", "no-such-rule", log_},
      {"analyze", "--utc-offset", "Mars", log_},
  };
  for (const auto& words : wrong) {
    const Ran ran = run(words);
    EXPECT_EQ(ran.exit_code, 2) << (words.empty() ? "" : words.back());
    EXPECT_EQ(lines(ran.err), 1U) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

/// One statement of a second each, ten seconds apart.
std::string ten_seconds_apart(int records) {
  std::string log;
  for (int i = 0; i < records; ++i) {
    log += fmt::format(
        "# User@Host: a[a] @ h []\n# Query_time: 1.000000  Lock_time: 0.000000 Rows_sent: 1  "
        "Rows_examined: 1\nSET timestamp={};\nselect a from t where b = 1;\n",
        1'716'000'000 + 10 * i);
  }
  return log;
}

TEST_F(Cli, LoadIsThatOfTheTimeAskedFor) {
  const std::string log = folder_.write("even.log", ten_seconds_apart(31));
  const Ran ran = run({"analyze", "--output", "json", "--since", "2024-05-18T02:41:00Z", "--until",
                       "2024-05-18T02:42:00Z", log});
  EXPECT_TRUE(contains(ran.out, "\"statements\": 6,")) << ran.out;
  EXPECT_TRUE(contains(ran.out, "\"load\": 0.1\n")) << ran.out;
  const Ran text =
      run({"analyze", "--since", "2024-05-18T02:41:00Z", "--until", "2024-05-18T02:42:00Z", log});
  EXPECT_TRUE(contains(text.out, "02:41:00 to 02:42:00 UTC (1 m) · 6 of 31 records")) << text.out;
  EXPECT_TRUE(contains(text.out, "0.1/s")) << text.out;
}

TEST_F(Cli, TimesWithoutAZoneAreInTheZoneOfTheLog) {
  const std::string log = folder_.write("even.log", ten_seconds_apart(31));
  const auto statements = [&log](const std::string& since, const std::string& offset) {
    const Ran ran =
        run({"analyze", "--output", "json", "--since", since, "--utc-offset", offset, log});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    const std::size_t at = ran.out.find("\"statements\": ");
    return at == std::string::npos ? std::string() : ran.out.substr(at, 20);
  };
  EXPECT_EQ(statements("2024-05-18T02:41:00Z", "+09:00"),
            statements("2024-05-18 11:41:00", "+09:00"));
  EXPECT_NE(statements("2024-05-18T02:41:00Z", "+09:00"),
            statements("2024-05-18T02:40:00Z", "+09:00"));
  EXPECT_EQ(statements("2024-05-18", "+09:00"), statements("2024-05-17T15:00:00Z", "+09:00"));
}

TEST_F(Cli, APrefixThatFitsNothingIsWrongUsage) {
  const std::string log = folder_.write(
      "pg.log",
      "2024-05-18 02:40:00.000 UTC [7] app@shop LOG:  duration: 1.000 ms  statement: select 1\n");
  EXPECT_EQ(run({"analyze", log}).exit_code, 0);
  const Ran ran = run({"analyze", "--log-line-prefix", "<%m> ", log});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_TRUE(contains(ran.err, "fits --log-line-prefix '<%m> '")) << ran.err;
  EXPECT_EQ(run({"analyze", "--format", "pg-json", log}).exit_code, 2);
}

TEST_F(Cli, AnUnknownCommandIsNamed) {
  const Ran ran = run({"analyse", log_});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_TRUE(contains(ran.err, "no command analyse; there are analyze, ")) << ran.err;
}

TEST_F(Cli, FailOn) {
  const std::string log =
      folder_.write("bad.log",
                    "# User@Host: a[a] @ h []\n# Query_time: 1.000000  Lock_time: 0.000000 "
                    "Rows_sent: 0  Rows_examined: 0\nSET timestamp=1716000000;\n"
                    "delete from users;\n");
  EXPECT_EQ(run({"analyze", log}).exit_code, 0);
  EXPECT_EQ(run({"analyze", "--fail-on", "info", log}).exit_code, 1);
}

TEST_F(Cli, FailOnJudgesWhatIsNotShownToo) {
  const auto record = [](int seconds, std::string_view sql) {
    return fmt::format(
        "# User@Host: a[a] @ h []\n# Query_time: {}.000000  Lock_time: 0.000000 Rows_sent: 1  "
        "Rows_examined: 1\nSET timestamp=1716000000;\n{};\n",
        seconds, sql);
  };
  const std::string log = folder_.write(
      "light.log", record(9, "select a from t where b = 1") + record(1, "delete from users"));
  for (const char* top : {"0", "1"}) {
    EXPECT_EQ(run({"analyze", "--fail-on", "warning", "--top", top, log}).exit_code, 1) << top;
  }
  const Ran hidden =
      run({"analyze", "--fail-on", "warning", "--top", "1", "--output", "json", log});
  EXPECT_TRUE(contains(hidden.out, "(--fail-on): 1, of which 1 not shown")) << hidden.out;
  for (const char* group : {"user", "table", "tag:job"}) {
    const Ran ran = run({"analyze", "--fail-on", "info", "--group-by", group, log});
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_TRUE(contains(ran.err, "--fail-on info: lint judges query classes")) << ran.err;
    EXPECT_EQ(lines(ran.err), 1U);
  }
}

TEST_F(Cli, SampledLogsSaySo) {
  const auto record = [](std::string_view rate) {
    return fmt::format(
        "# User@Host: a[a] @ h []\n{}# Query_time: 1.000000  Lock_time: 0.000000 Rows_sent: 1  "
        "Rows_examined: 1\nSET timestamp=1716000000;\nselect a from t where b = 1;\n",
        rate);
  };
  const std::string log = folder_.write(
      "sampled.log", record("# Log_slow_rate_type: query  Log_slow_rate_limit: 10\n") +
                         record("# Log_slow_rate_type: query  Log_slow_rate_limit: 100\n"));
  const std::string_view note = "1 execution in 100 was logged";
  for (const char* format : {"text", "json", "markdown", "html"}) {
    const Ran ran = run({"analyze", "--output", format, log});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    // The note may be wrapped.
    std::string out = ran.out;
    std::replace(out.begin(), out.end(), '\n', ' ');
    EXPECT_TRUE(contains(out, note)) << out;
  }
  const Ran json = run({"analyze", "--output", "json", log});
  EXPECT_TRUE(contains(json.out, "\"rate_limit\": 100")) << json.out;
  EXPECT_TRUE(contains(json.out, "\"calls\": 2")) << json.out;
  EXPECT_TRUE(contains(run({"analyze", "--lang", "ja", log}).out, "100 倍"));

  const std::string whole = folder_.write(
      "whole.log", record("# Log_slow_rate_type: session  Log_slow_rate_limit: 10\n"));
  EXPECT_FALSE(contains(run({"analyze", "--output", "json", whole}).out, "rate_limit"));
}

TEST_F(Cli, GroupsAndFilters) {
  const Ran by_host = run({"analyze", "--group-by", "host", "--output", "json", log_});
  EXPECT_EQ(by_host.exit_code, 0);
  EXPECT_TRUE(contains(by_host.out, "\"web\""));
  const Ran by_table = run({"analyze", "--group-by", "table", "--output", "json", log_});
  EXPECT_TRUE(contains(by_table.out, "\"orders\""));
  const Ran tagged = run({"analyze", "--tag", "action=b", "--output", "json", log_});
  EXPECT_FALSE(contains(tagged.out, "from orders"));
  EXPECT_TRUE(contains(tagged.out, "count(*)"));
  const Ran matched = run({"analyze", "--match", "update users", "--output", "json", log_});
  EXPECT_FALSE(contains(matched.out, "from orders"));
  const Ran none = run({"analyze", "--until", "2000-01-01", "--output", "json", log_});
  EXPECT_TRUE(contains(none.out, "\"statements\": 0"));
}

TEST_F(Cli, AFilterThatLetsNothingThrough) {
  for (const std::vector<std::string>& filter : std::vector<std::vector<std::string>>{
           {"--user", "nosuch"}, {"--since", "24h"}, {"--match", "no such text"}}) {
    std::vector<std::string> words = {"analyze", log_};
    words.insert(words.end(), filter.begin(), filter.end());
    const Ran ran = run(words);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(contains(ran.out, "300 records read (20")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "none passes the filter")) << ran.out;
    EXPECT_FALSE(contains(ran.out, "--format")) << ran.out;
  }
}

TEST_F(Cli, NegativeTopIsRefused) {
  const Ran ran = run({"analyze", "--top", "-1", log_});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.err, "unjam: --top: write 0 or more rows; see unjam --help\n");
}

TEST_F(Cli, RankingByWhatTheLogDoesNotTell) {
  const std::string log = folder_.write(
      "postgresql.log",
      "2024-05-18 02:40:00.000 UTC [42] LOG:  duration: 12.500 ms  statement: select a from t\n"
      "2024-05-18 02:40:01.000 UTC [42] LOG:  duration: 22.500 ms  statement: select a from t\n");
  for (const char* by : {"lock", "rows", "rows-sent", "ratio", "bytes"}) {
    const Ran ran = run({"analyze", "--by", by, log});
    EXPECT_EQ(ran.exit_code, 2) << by;
    EXPECT_EQ(ran.err, fmt::format("unjam: --by {}: the log does not tell it; use one of time, "
                                   "calls, p50, p95, p99, max, mean, errors\n",
                                   by));
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(run({"analyze", "--by", "p99", log}).exit_code, 0);
  const Ran both = run({"analyze", "--by", "rows", log, log_});
  EXPECT_EQ(both.exit_code, 0) << both.err;
  EXPECT_TRUE(contains(both.out, "does not tell rows examined: 1;")) << both.out;
  EXPECT_EQ(run({"analyze", "--by", "rows", "--user", "nobody", log}).exit_code, 0);
}

TEST_F(Cli, AFileMayFollowAnyOption) {
  for (const std::vector<std::string>& option :
       std::vector<std::vector<std::string>>{{"--user", "app", "--user", "root"},
                                             {"--database", "shop"},
                                             {"--tag", "action=b"},
                                             {"--enable", "numbered-tables"}}) {
    std::vector<std::string> words = {"analyze"};
    words.insert(words.end(), option.begin(), option.end());
    words.push_back(log_);
    EXPECT_EQ(run(words).exit_code, 0) << option.front();
  }
}

TEST_F(Cli, EventsPrintsALineEach) {
  const Ran ran = run({"events", log_});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(lines(ran.out), 300U);
}

TEST_F(Cli, HelpEverywhere) {
  for (const char* command :
       {"analyze", "check-config", "events", "serve", "fingerprint", "completion", "version"}) {
    const Ran ran = run({command, "--help"});
    EXPECT_EQ(ran.exit_code, 0) << command;
    EXPECT_TRUE(contains(ran.out, "Example: ")) << command;
  }
  EXPECT_TRUE(contains(run({"version"}).out, "unjam "));
}

TEST_F(Cli, CheckConfig) {
  const std::string right =
      folder_.write("right.yaml", "targets: [{name: a, logs: [{path: /l}]}]\n");
  Ran ran = run({"check-config", "--config", right});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, right + ": right, 1 target\n  a: /l\n");
  EXPECT_EQ(ran.err, "");

  const std::string wrong =
      folder_.write("wrong.yaml", "colour: red\ntargets: [{name: a, logs: [{path: l}]}]\n");
  ran = run({"check-config", "--config", wrong});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.err, "unjam: " + wrong + ":1: unknown key 'colour'\nunjam: " + wrong +
                         ":2: 'path' is 'l'; write a path that begins with /\n");

  // What it refers to is checked as well.
  const std::string rules = folder_.write(
      "rules.yaml", "enable_rules: [no-such]\ntargets: [{name: a, logs: [{path: /l}]}]\n");
  ran = run({"check-config", "--config", rules});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_TRUE(contains(ran.err, "no-such")) << ran.err;

  EXPECT_EQ(run({"check-config", "--config", folder_.path("none")}).exit_code, 3);
}

TEST_F(Cli, CompletionNamesTheCommands) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_TRUE(contains(run({"completion", shell}).out, "analyze")) << shell;
  }
  EXPECT_EQ(run({"completion", "tcsh"}).exit_code, 2);
}

}  // namespace
}  // namespace unjam
