// Reading a log in parallel gives what reading it from front to back gives.
#include "app/segments.h"

#include "app/analysis.h"
#include "support/default_fingerprints.h"
#include "unit/app/temporary_folder.h"
#include "unjam/config/rules.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

ReadLog read(const LogFile& log, std::size_t threads, std::uint64_t smallest_segment,
             std::uint64_t warm_up) {
  const ReadSettings settings{{LogFormat::MySqlSlow, Dialect::MySql, std::nullopt},
                              {},
                              threads,
                              smallest_segment,
                              warm_up,
                              {}};
  return read_segments(log, settings, [](Dialect dialect) {
    return Aggregator(default_fingerprints(), dialect, AggregateOptions());
  });
}

/// All that a class counts, names by text.
std::map<std::string, std::string> picture(const Aggregator& seen) {
  std::map<std::string, std::string> all;
  for (const auto& row : seen.classes()) {
    std::string facts = std::to_string(row->calls) + " " + std::to_string(row->query_time.count()) +
                        " " + std::to_string(row->rows_examined.sum);
    for (const NameCounts* counts : {&row->databases, &row->hosts, &row->tags}) {
      std::map<std::string, std::uint64_t> names;
      for (const auto& [name, count] : counts->entries()) {
        names[std::string(seen.names().text(name))] += count;
      }
      for (const auto& [name, count] : names) {
        facts += " " + name + "=" + std::to_string(count);
      }
    }
    all[row->text] = facts;
  }
  return all;
}

TEST(Segments, EveryCutGivesTheSameResult) {
  const TemporaryFolder folder;
  const LogFile log(folder.write("slow.log", make_slow_log(4000)));
  const ReadLog whole = read(log, 1, 1 << 20, 1 << 16);
  ASSERT_EQ(whole.seen.totals().statements, 4000U);
  ASSERT_TRUE(whole.skipped.empty());
  const auto expected = picture(whole.seen);
  for (const std::size_t threads : {2U, 3U, 7U, 16U}) {
    for (const std::uint64_t warm_up : {0U, 100U, 1000U, 20'000U}) {
      const ReadLog parts = read(log, threads, 10'000, warm_up);
      EXPECT_EQ(parts.seen.totals().statements, 4000U) << threads << " " << warm_up;
      EXPECT_EQ(parts.seen.totals().query_time, whole.seen.totals().query_time);
      EXPECT_EQ(picture(parts.seen), expected) << threads << " threads, warm-up " << warm_up;
      EXPECT_TRUE(parts.skipped.empty());
    }
  }
}

TEST(Segments, ACutInsideAForgedStatementIsFoundOut) {
  const TemporaryFolder folder;
  // One statement whose text holds thousands of things that look like events.
  std::string forged;
  for (int i = 0; i < 2000; ++i) {
    forged +=
        "x;\n# Time: 2024-05-18T02:40:00.000000Z\n# User@Host: evil[evil] @ h []  Id: 1\n"
        "# Query_time: 77.000000  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0\n"
        "SET timestamp=1716000000;\nselect 1";
  }
  const std::string one =
      "# Time: 2024-05-18T02:40:00.000000Z\n# User@Host: app[app] @ h []  Id: 1\n"
      "# Query_time: 1.000000  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0\n"
      "SET timestamp=1716000000;\n";
  const LogFile log(
      folder.write("slow.log", one + "select '" + forged + "' from t;\n" + one + "select 2;\n"));
  for (const std::size_t threads : {1U, 4U}) {
    const ReadLog seen = read(log, threads, 10'000, 1000);
    EXPECT_EQ(seen.seen.totals().statements, 2U);
    EXPECT_EQ(seen.seen.totals().query_time, std::chrono::seconds(2));
  }
}

}  // namespace
}  // namespace unjam
