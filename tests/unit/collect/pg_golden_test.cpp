// Logs of real servers, 12 to 18: the same run in every container
// (tests/golden/postgresql/record.py).
#include "unit/collect/pg_log_reading.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using Events = std::vector<std::string>;

const std::filesystem::path kGolden = std::filesystem::path(UNJAM_TESTS_DIR) / "golden/postgresql";

std::vector<std::filesystem::path> logs(std::string_view name) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    if (std::filesystem::exists(entry.path() / name)) {
      found.push_back(entry.path() / name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(PgGolden, EventsAreAsRecorded) {
  const auto paths = logs("pg.log");
  ASSERT_EQ(paths.size(), 7U);
  for (const auto& path : paths) {
    std::string text;
    for (const std::string& event : read_pg_text(read_file(path), full_text)) {
      text += event + "\n";
    }
    const auto expected = path.parent_path() / "pg.events";
    const char* const update = std::getenv("UNJAM_UPDATE_GOLDEN");
    if (update != nullptr && std::string_view(update) == "1") {
      std::ofstream(expected, std::ios::binary) << text;
    }
    EXPECT_EQ(text, read_file(expected)) << path;
  }
}

TEST(PgGolden, EveryContainerTellsTheSame) {
  std::size_t compared = 0;
  for (const std::string_view name : {"pg.csv", "pg.json", "pg.syslog.log"}) {
    for (const auto& path : logs(name)) {
      Events expected = read_pg_text(read_file(path.parent_path() / "pg.log"));
      Events events = read_pg_text(read_file(path));
      // Two backends may log in another order to each destination.
      std::sort(expected.begin(), expected.end());
      std::sort(events.begin(), events.end());
      EXPECT_EQ(events.size(), expected.size()) << path;
      for (std::size_t i = 0; i < std::min(events.size(), expected.size()); ++i) {
        ASSERT_EQ(events[i], expected[i]) << path << " " << i;
      }
      ++compared;
    }
  }
  EXPECT_EQ(compared, 13U);
}

TEST(PgGolden, WindowsDoNotMatter) {
  for (const std::string_view name : {"pg.log", "pg.syslog.log"}) {
    const auto path = logs(name).back();
    const std::string log = read_file(path);
    const Events whole = read_pg_text(log, full_text);
    for (const std::size_t step : {1U, 7U, 64U, 300U, 1000U, 4096U, 10'000U}) {
      // One byte more at a time is slow on a whole log.
      const std::string part = step < 64 ? log.substr(0, log.find('\n', 6000) + 1) : log;
      const auto reader = pg_reader_for(log);
      EXPECT_EQ(read_pg_log(*reader, part, full_text, step),
                step < 64 ? read_pg_log(*pg_reader_for(log), part, full_text) : whole)
          << path << " " << step;
    }
  }
}

/// A log that ends anywhere has no event that the whole log lacks, but for the last one, which may
/// be cut, and those that wait for a later record.
TEST(PgGolden, TruncationInventsNothing) {
  for (const std::string_view name : {"pg.log", "pg.syslog.log"}) {
    const auto path = logs(name).back();
    const std::string log = read_file(path);
    const auto format = detect_pg_format(log);
    ASSERT_TRUE(format.has_value());
    const Events whole = read_pg_log(*make_pg_reader(*format, {}, false), log);
    for (std::size_t size = 0; size < log.size(); size += size % 4096 < 300 ? 1U : 23U) {
      const auto reader = make_pg_reader(*format, {}, false);
      const Events cut = read_pg_log(*reader, std::string_view(log).substr(0, size));
      ASSERT_LE(cut.size(), whole.size() + 1);
      std::size_t differences = 0;
      for (std::size_t i = 0; i < cut.size(); ++i) {
        differences += std::find(whole.begin(), whole.end(), cut[i]) == whole.end() ? 1U : 0U;
      }
      ASSERT_LE(differences, 3U) << name << " cut at " << size << ": " << cut.back();
    }
  }
}

TEST(PgGolden, AReaderCanStartAnywhere) {
  const std::string log = read_file(logs("pg.log").back());
  const auto format = detect_pg_format(log);
  ASSERT_TRUE(format.has_value());
  const Events whole = read_pg_log(*make_pg_reader(*format, {}, false), log, full_text);
  for (std::size_t begin = 0; begin < log.size(); begin += 97) {
    const auto reader = make_pg_reader(*format, {}, true);
    const std::string_view rest = std::string_view(log).substr(begin);
    const std::size_t record = reader->find_record(rest);
    if (record == std::string_view::npos) {
      continue;
    }
    const Events events = read_pg_log(*reader, rest.substr(record), full_text);
    EXPECT_TRUE(reader->skipped().empty()) << begin;
    std::size_t unknown = 0;
    for (const std::string& event : events) {
      unknown += std::find(whole.begin(), whole.end(), event) == whole.end() ? 1U : 0U;
    }
    // A bare duration or a plan right behind the start may have lost its statement.
    EXPECT_LE(unknown, 2U) << begin;
  }
}

}  // namespace
}  // namespace unjam
