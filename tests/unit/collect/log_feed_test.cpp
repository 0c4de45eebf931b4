// Real logs, fed as if they grew: in small steps, with restarts, with pauses.
#include "collect/log_feed.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

/// Events as lines; `database` stands for kInheritedDatabase.
class Lines : public EventSink {
 public:
  void on_event(const LogEvent& event) override {
    lines.push_back(fmt::format(
        "{} {} {} {} {} {} {} {}", to_string(event.kind), event.sql,
        event.at ? event.at->time_since_epoch().count() : 0,
        event.query_time ? event.query_time->count() : -1, event.user,
        event.database == kInheritedDatabase ? std::string_view(database) : event.database,
        event.error, event.partial));
  }
  std::vector<std::string> lines;
  std::string database;
};

struct GoldenLog {
  std::string name;
  std::string bytes;
};

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> golden_paths() {
  std::vector<fs::path> paths;
  for (const char* folder : {"/golden/mysql", "/golden/postgresql/12", "/golden/postgresql/15",
                             "/golden/postgresql/18"}) {
    for (const auto& entry : fs::directory_iterator(std::string(UNJAM_TESTS_DIR) + folder)) {
      const std::string extension = entry.path().extension().string();
      const bool named_as_log =
          extension == ".log" || extension == ".csv" || extension == ".json" || extension == ".tsv";
      if (named_as_log && detect_log_format(bytes_of(entry.path()))) {
        paths.push_back(entry.path());
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Those whose records tell where they end. A PostgreSQL server writes a message of several lines
/// at once, and the body of a MySQL procedure has lines that end like a statement.
std::vector<fs::path> paths_with_ends() {
  std::vector<fs::path> paths;
  for (const fs::path& path : golden_paths()) {
    const std::string log = bytes_of(path);
    const LogFormat format = detect_log_format(log).value().format;
    const bool mysql =
        format == LogFormat::MySqlSlow && log.find("CREATE PROCEDURE") == std::string::npos;
    if (mysql || format == LogFormat::PgCsv || format == LogFormat::PgJson) {
      paths.push_back(path);
    }
  }
  return paths;
}

class LogFeedOfGolden : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    log_ = bytes_of(GetParam());
    format_ = detect_log_format(log_).value();
    Lines whole;
    LogFeed feed({});
    feed.start_at(0, read_at(), &format_, {}, true);
    append(feed, log_.size());
    feed.read(whole);
    feed.read_rest(whole);
    feed.finish(whole);
    whole_ = std::move(whole.lines);
    ASSERT_FALSE(whole_.empty());
  }

  LogFeed::ReadAt read_at(std::size_t grown = SIZE_MAX) const {
    return [this, grown](std::uint64_t offset, char* to, std::size_t size) {
      const std::size_t all = std::min(grown, log_.size());
      const std::size_t from = std::min<std::size_t>(static_cast<std::size_t>(offset), all);
      const std::size_t count = std::min(size, all - from);
      std::memcpy(to, log_.data() + from, count);
      return count;
    };
  }

  /// Until the feed has the first `end` bytes.
  void append(LogFeed& feed, std::size_t end) const {
    while (feed.end() < end) {
      std::size_t size = 0;
      char* const to = feed.room(size);
      const auto from = static_cast<std::size_t>(feed.end());
      const std::size_t count = std::min(size, end - from);
      std::memcpy(to, log_.data() + from, count);
      feed.appended(count);
    }
  }

  std::string log_;
  DetectedFormat format_{};
  std::vector<std::string> whole_;
};

TEST_P(LogFeedOfGolden, GrowthInAnyStepsGivesTheSameEvents) {
  for (const std::size_t step : {1U, 13U, 1000U}) {
    Lines seen;
    LogFeed feed({});
    feed.start_at(0, read_at(), &format_, {}, true);
    for (std::size_t end = 0; end < log_.size(); end += step) {
      append(feed, std::min(end + step, log_.size()));
      feed.read(seen);
    }
    feed.read_rest(seen);
    feed.finish(seen);
    EXPECT_EQ(seen.lines, whole_) << "step " << step;
  }
}

TEST_P(LogFeedOfGolden, ARestartAnywhereGivesTheSameEvents) {
  for (const std::size_t step : {61U, 640U}) {
    Lines seen;
    std::uint64_t offset = 0;
    std::string database;
    std::size_t end = 0;
    while (end < log_.size()) {
      end = std::min(end + step, log_.size());
      LogFeed feed({});
      feed.start_at(offset, read_at(end), &format_, database, true);
      ASSERT_EQ(feed.offset(), offset);
      append(feed, end);
      seen.database = database;
      feed.read(seen);
      if (end == log_.size()) {
        feed.read_rest(seen);
        feed.finish(seen);
      }
      offset = feed.offset();
      database = feed.database();
    }
    EXPECT_EQ(seen.lines, whole_) << "step " << step;
  }
}

class LogFeedOfWholeRecords : public LogFeedOfGolden {};

/// A pause in the middle of a write must not make an event of what is there.
TEST_P(LogFeedOfWholeRecords, APauseAnywhereMakesNothingUp) {
  Lines seen;
  LogFeed feed({});
  feed.start_at(0, read_at(), &format_, {}, true);
  for (std::size_t end = 1; end <= log_.size(); ++end) {
    append(feed, end);
    feed.read(seen);
    feed.read_last(seen);
  }
  feed.read_rest(seen);
  feed.finish(seen);
  const auto [theirs, ours] =
      std::mismatch(whole_.begin(), whole_.end(), seen.lines.begin(), seen.lines.end());
  EXPECT_TRUE(theirs == whole_.end() && ours == seen.lines.end())
      << "expected: " << (theirs == whole_.end() ? "the end" : *theirs)
      << "\nseen: " << (ours == seen.lines.end() ? "the end" : *ours);
}

std::string test_name(const testing::TestParamInfo<fs::path>& path) {
  std::string name =
      path.param.parent_path().filename().string() + "_" + path.param.filename().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      c = '_';
    }
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Logs, LogFeedOfGolden, testing::ValuesIn(golden_paths()), test_name);
INSTANTIATE_TEST_SUITE_P(Logs, LogFeedOfWholeRecords, testing::ValuesIn(paths_with_ends()),
                         test_name);

}  // namespace
}  // namespace unjam
