#include "report/messages.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::ptrdiff_t marks(std::string_view text) { return std::count(text.begin(), text.end(), '{'); }

TEST(Messages, EveryLanguageHasEveryKeyWithTheSameMarks) {
  for (int at = 0; at <= static_cast<int>(kLastMessage); ++at) {
    const auto key = static_cast<Message>(at);
    EXPECT_FALSE(message_en(key).empty()) << at;
    EXPECT_FALSE(message_ja(key).empty()) << at;
    EXPECT_EQ(marks(message_en(key)), marks(message_ja(key))) << message_en(key);
  }
}

TEST(Messages, JapaneseIsTranslated) {
  int same = 0;
  for (int at = 0; at <= static_cast<int>(kLastMessage); ++at) {
    const auto key = static_cast<Message>(at);
    same += message_en(key) == message_ja(key) ? 1 : 0;
  }
  EXPECT_EQ(same, 1) << "only the # of the ranking is the same in both";
}

TEST(Messages, NamesOfNewMeasuresAreShownAsTheyAre) {
  EXPECT_EQ(measure_name(Language::English, "time"), "total time");
  EXPECT_EQ(measure_name(Language::Japanese, "calls"), "回数");
  EXPECT_EQ(measure_name(Language::English, "p95"), "p95");
  EXPECT_EQ(group_name(Language::Japanese, "user"), "ユーザー");
  EXPECT_EQ(group_name(Language::English, "te\x1b"), "te\\x1b");
  EXPECT_EQ(severity_name(Language::Japanese, "warning"), "警告");
}

}  // namespace
}  // namespace unjam
