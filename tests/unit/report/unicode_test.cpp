#include "report/unicode.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(Unicode, DisplayWidth) {
  struct Case {
    std::string text;
    std::size_t columns;
  };
  const std::vector<Case> cases = {{"", 0},     {"abc", 3},      {"在庫", 4},    {"ｱｲ", 2},
                                   {"Ａ", 2},   {"か\u3099", 2}, {"e\u0301", 1}, {"한국", 4},
                                   {"🍣", 2},    {"…", 1},        {"█", 1},       {"、。", 4},
                                   {"\xFF", 1}, {"é", 1},        {"𠮷", 2},      {"（）", 4}};
  for (const Case& one : cases) {
    EXPECT_EQ(display_width(one.text), one.columns) << one.text;
  }
}

TEST(Unicode, CutNeverSplitsACharacter) {
  const std::string text = "aé在🍣";
  for (std::size_t bytes = 0; bytes <= text.size() + 1; ++bytes) {
    std::string_view cut = cut_bytes(text, bytes);
    EXPECT_LE(cut.size(), bytes);
    EXPECT_LE(std::min(bytes, text.size()) - cut.size(), 3U);
    while (!cut.empty()) {
      const CodePoint next = first_code_point(cut);
      EXPECT_TRUE(next.valid) << bytes;
      cut.remove_prefix(next.bytes);
    }
  }
  EXPECT_EQ(cut_bytes("\x80\x80\x80\x80\x80\x80", 5).size(), 5U);
}

TEST(Unicode, DecodesWhatIsValidOnly) {
  EXPECT_EQ(first_code_point("\xF0\x9F\x8D\xA3").value, U'🍣');
  EXPECT_EQ(first_code_point("\xF4\x8F\xBF\xBF").value, char32_t{0x10FFFF});
  for (const std::string text : {"\x80", "\xC1\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80",
                                 "\xF5\x80\x80\x80", "\xC3", "\xE3\x81", "\xC3\xC3"}) {
    EXPECT_FALSE(first_code_point(text).valid) << text;
    EXPECT_EQ(first_code_point(text).bytes, 1U) << text;
  }
}

}  // namespace
}  // namespace unjam
