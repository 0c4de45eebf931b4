// Real logs of real servers: NAME.log (or NAME.tsv) with the events expected of it in NAME.out.
// UNJAM_UPDATE_GOLDEN=1 rewrites the expectations.
#include "unit/collect/mysql_events.h"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using mysql_test::Events;
using mysql_test::read_all;
using mysql_test::read_in_steps;

std::vector<std::filesystem::path> golden_logs() {
  std::vector<std::filesystem::path> logs;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(UNJAM_TESTS_DIR) + "/golden/mysql")) {
    if (entry.path().extension() == ".log" || entry.path().extension() == ".tsv") {
      logs.push_back(entry.path());
    }
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

std::string file_contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class MySqlGolden : public testing::TestWithParam<std::filesystem::path> {
 protected:
  void SetUp() override {
    log_ = file_contents(GetParam());
    const auto format = detect_log_format(log_);
    ASSERT_TRUE(format) << GetParam();
    format_ = *format;
  }
  std::unique_ptr<LogReader> reader() const { return make_log_reader(format_, {}); }

  std::string log_;
  DetectedFormat format_{};
};

TEST_P(MySqlGolden, EventsAreTheExpectedOnes) {
  const auto log_reader = reader();
  const Events events = read_all(*log_reader, log_);
  std::string text =
      fmt::format("format {} {}\n", to_string(format_.format), to_string(format_.dialect));
  for (const std::string& line : events.lines) {
    text += line + "\n";
  }
  for (const auto& [reason, skipped] : log_reader->skipped()) {
    text += fmt::format("skipped {} {}: {}\n", skipped.count, reason, skipped.sample);
  }
  auto expected_path = GetParam();
  expected_path.replace_extension(".out");
  if (std::getenv("UNJAM_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected_path, std::ios::binary) << text;
  }
  EXPECT_EQ(text, file_contents(expected_path));
}

TEST_P(MySqlGolden, WindowsOfAnySizeGiveTheSameEvents) {
  const Events whole = read_all(*reader(), log_);
  for (const std::size_t step : {1U, 7U, 64U, 333U, 1000U, 4096U}) {
    // One byte at a time is quadratic in the length of an event: enough of it is enough.
    const std::string_view log = step == 1 ? std::string_view(log_).substr(0, 6000) : log_;
    const Events expected = step == 1 ? read_all(*reader(), log) : whole;
    EXPECT_EQ(read_in_steps(*reader(), log, step).lines, expected.lines) << "step " << step;
  }
}

TEST_P(MySqlGolden, TruncationInventsNothing) {
  // Cut at every byte; the first part of a long log, of which nothing depends on it, is read once
  // only.
  constexpr std::size_t kPiece = 2000;
  const mysql_test::Padded padded(log_);
  const Events whole = read_all(*reader(), log_);
  for (std::size_t from = 0; from < log_.size(); from += kPiece) {
    Events before;
    const std::size_t begin = reader()->read({padded.view(), true, from}, before);
    const std::size_t first = before.sql.size();
    const std::size_t last_size = std::min(log_.size(), from + kPiece);
    for (std::size_t size = from; size < last_size; ++size) {
      if (size < begin) {
        continue;
      }
      const Events cut =
          read_all(*make_log_reader(format_, {}, true), padded.view().substr(begin, size - begin));
      ASSERT_LE(first + cut.sql.size(), whole.sql.size()) << "cut at " << size;
      for (std::size_t i = 0; i < cut.sql.size(); ++i) {
        const std::string_view text = whole.sql[first + i];
        ASSERT_EQ(cut.kinds[i], whole.kinds[first + i]) << "cut at " << size;
        if (i + 1 < cut.sql.size()) {
          ASSERT_EQ(cut.sql[i], text) << "cut at " << size;
          ASSERT_FALSE(cut.partial[i] && !whole.partial[first + i]) << "cut at " << size;
        } else {
          ASSERT_TRUE(text.starts_with(cut.sql[i]))
              << "cut at " << size << ": " << mysql_test::escape(cut.sql[i]);
          // Only a `;` at the end of a line looks like the end of a statement.
          ASSERT_TRUE(cut.partial[i] || cut.sql[i].size() == text.size() ||
                      text[cut.sql[i].size()] == ';')
              << "cut at " << size << ": " << mysql_test::escape(cut.sql[i]);
        }
        ASSERT_EQ(cut.at[i], whole.at[first + i]) << "cut at " << size;
      }
    }
  }
}

TEST_P(MySqlGolden, EveryCutInTwoGivesTheSameEvents) {
  const Events whole = read_all(*reader(), log_);
  const mysql_test::Padded padded(log_);
  for (std::size_t cut = 1; cut < log_.size(); cut += 61) {
    const auto left = reader();
    const auto right = make_log_reader(format_, {}, true);
    const std::size_t guess = right->find_record(padded.view().substr(cut));
    if (guess == std::string_view::npos) {
      continue;
    }
    const std::size_t begin = cut + guess;
    Events events;
    const std::size_t used = left->read({padded.view(), true, begin}, events);
    if (used != begin) {
      continue;  // A forged header in a literal; the caller reads on from the left.
    }
    const std::size_t left_events = events.lines.size();
    right->read({padded.view().substr(begin), true, std::string_view::npos}, events);
    ASSERT_EQ(events.sql, whole.sql) << "cut at " << cut;
    const std::string state(left->database_state());
    for (std::size_t i = left_events; i < events.lines.size(); ++i) {
      std::string line = events.lines[i];
      const std::string inherited = " db=\\x00inherited";
      if (const std::size_t at = line.find(inherited); at != std::string::npos) {
        line.replace(at, inherited.size(), state.empty() ? "" : " db=" + state);
      }
      ASSERT_EQ(line, whole.lines[i]) << "cut at " << cut;
    }
  }
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& log) {
  std::string name = log.param.stem().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Logs, MySqlGolden, testing::ValuesIn(golden_logs()), test_name);

}  // namespace
}  // namespace unjam
