#include "unjam/lex/shape.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

StatementScan scan(Dialect dialect, std::string text) {
  const std::size_t size = text.size();
  text.append(kScanPadding, 'x');
  return ShapeScanner(dialect).scan({text.data(), size});
}

TEST(Shape, BlindToLiterals) {
  const StatementScan a = scan(Dialect::MySql, "select a from t where b = 'x' and c in (1,2,3)");
  const StatementScan b = scan(Dialect::MySql, "select a from t where b = 'yyy''y' and c in (44)");
  EXPECT_EQ(a.shape, b.shape);
}

TEST(Shape, SeesDigitsOfNames) {
  EXPECT_NE(scan(Dialect::MySql, "select addr1").shape, scan(Dialect::MySql, "select addr2").shape);
  EXPECT_NE(scan(Dialect::MySql, "select `a 1`").shape, scan(Dialect::MySql, "select `a 2`").shape);
}

TEST(Shape, SeesAnOpenLiteral) {
  const StatementScan open = scan(Dialect::MySql, "select 'a");
  EXPECT_FALSE(open.closed);
  EXPECT_NE(open.shape, scan(Dialect::MySql, "select 'a'").shape);
}

TEST(Shape, ReportsComments) {
  const std::string text = "/*a*/ select 1 -- b\n + 2 /*c*/ /*d*/ /*e*/";
  const StatementScan found = scan(Dialect::MySql, text);
  ASSERT_EQ(found.comment_count, 4U);
  EXPECT_EQ(text.substr(found.comments[0].begin, 5), "/*a*/");
  EXPECT_EQ(text.substr(found.comments[1].begin, 4), "-- b");
  EXPECT_EQ(text.substr(found.comments[2].begin, 5), "/*c*/");
  EXPECT_EQ(text.substr(found.comments[3].begin, 5), "/*e*/");
}

class Always : public EndTest {
 public:
  bool ends_before(std::string_view rest) override {
    rest_ = rest;
    return true;
  }
  std::string_view rest_;
};

TEST(Shape, StopsAtASemicolonThatEndsALine) {
  std::string text = "select ';\n', 1; select 2;\r\n# Time";
  const std::size_t size = text.size();
  text.append(kScanPadding, ' ');
  Always end;
  const StatementScan found = ShapeScanner(Dialect::MySql).scan_until({text.data(), size}, end);
  EXPECT_TRUE(found.ended);
  EXPECT_EQ(found.length, std::string("select ';\n', 1; select 2").size());
  EXPECT_EQ(end.rest_, "# Time");
}

TEST(Shape, LongEscapesAreLinear) {
  std::string text = "'" + std::string(4'000'000, '\\');
  const std::size_t size = text.size();
  text.append(kScanPadding, ' ');
  EXPECT_FALSE(ShapeScanner(Dialect::MySql).scan({text.data(), size}).closed);
}

}  // namespace
}  // namespace unjam
