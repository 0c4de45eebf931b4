#include "unjam/drivers/session.h"

#include "unjam/base/error.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace unjam {
namespace {

class OneValue final : public Row {
 public:
  explicit OneValue(std::optional<std::string_view> value) : value_(value) {}
  std::optional<std::string_view> text(std::size_t /*column*/) const override { return value_; }

 private:
  std::optional<std::string_view> value_;
};

TEST(Row, Integers) {
  EXPECT_EQ(0U, OneValue("0").integer(0));
  EXPECT_EQ(18446744073709551615U, OneValue("18446744073709551615").integer(0));
  EXPECT_EQ(std::nullopt, OneValue(std::nullopt).integer(0));
  for (const char* const text : {"", " 1", "1 ", "-1", "1.5", "18446744073709551616", "x", "0x1"}) {
    EXPECT_THROW(OneValue(text).integer(0), Error) << text;
  }
}

TEST(Row, Reals) {
  EXPECT_EQ(1.5, OneValue("1.5").real(0));
  EXPECT_EQ(-2e3, OneValue("-2e3").real(0));
  EXPECT_EQ(7.0, OneValue("7").real(0));
  EXPECT_EQ(std::nullopt, OneValue(std::nullopt).real(0));
  for (const char* const text : {"", "1,5", "1.5s", "x"}) {
    EXPECT_THROW(OneValue(text).real(0), Error) << text;
  }
}

TEST(Row, ABrokenNumberIsTheServersFault) {
  try {
    OneValue("secret").integer(2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(ErrorKind::Unsupported, error.kind());
    EXPECT_EQ(std::string("the server answered with something that is not a count in column 3"),
              error.what());
  }
}

}  // namespace
}  // namespace unjam
