#include "unjam/base/utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(Utf8, EveryCodePointGoesBothWays) {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    char bytes[4];
    const std::string_view written(bytes,
                                   static_cast<std::size_t>(put_utf8(code_point, bytes) - bytes));
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    ASSERT_EQ(utf8_length(written), surrogate ? 0 : written.size()) << code_point;
    ASSERT_EQ(utf8_length(std::string(written) + "x"), surrogate ? 0 : written.size())
        << code_point;
  }
}

TEST(Utf8, BrokenSequencesHaveNoLength) {
  for (const char* text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe2\x82",
        "\xf0\x80\x80\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(utf8_length(text), 0U) << text;
  }
}

}  // namespace
}  // namespace unjam
