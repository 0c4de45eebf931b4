// The skeleton as defined in lex/skeleton.h, and the agreement of the two kernels.
#include "unjam/lex/shape.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::string padded(std::string_view text) {
  std::string copy(text);
  copy.append(kScanPadding, '\'');
  return copy;
}

std::string skeleton(Dialect dialect, std::string_view text,
                     ShapeScanner::Kernel kernel = ShapeScanner::Kernel::Best) {
  ShapeScanner scanner(dialect, kernel);
  const std::string copy = padded(text);
  scanner.scan({copy.data(), text.size()});
  return std::string(scanner.skeleton());
}

constexpr ShapeScanner::Kernel kOthers[] = {ShapeScanner::Kernel::Avx2,
                                            ShapeScanner::Kernel::Portable};

struct Case {
  const char* name;
  Dialect dialect;
  std::string_view text;
  std::string_view skeleton;
};

using enum Dialect;

const Case kCases[] = {
    {"number", MySql, "select 12", "select 0"},
    {"decimal", MySql, "select 1.5, .5", "select 0, .0"},
    {"two decimals are one list", MySql, "select 1.5, 22.25", "select 0"},
    {"digits of names stay apart", MySql, "select addr1", "select addr0"},
    {"hex", MySql, "select 0xAF", "select 0"},
    {"upper X is a name in MySQL", MySql, "select 0XAF", "select 0XAF"},
    {"exponent", MySql, "select 1e5", "select 0"},
    {"signed exponent", MySql, "select 1.5e-07, 2", "select 0"},
    {"broken exponent", MySql, "select 1e-7x", "select 0e-0x"},
    {"name that starts with digits", MySql, "select 4d_col", "select 0d_col"},
    {"string", MySql, "select 'a b'", "select '"},
    {"doubled quote", MySql, "select 'a''b'", "select '"},
    {"backslash", MySql, R"(select 'a\'b', 1)", "select '"},
    {"backslash is text in PostgreSQL", PostgreSql, R"(select 'a\', 1)", "select '"},
    {"E string", PostgreSql, R"(select E'a\'b', x)", "select E', x"},
    {"name before E", PostgreSql, R"(select tablE'a\')", "select tablE'"},
    {"list", MySql, "in (1, 2,3, 'x')", "in (0)"},
    {"list with a blank before the comma", MySql, "in (1 , 2)", "in (0 , 0)"},
    {"list with two blanks", MySql, "in (1,  2)", "in (0,  0)"},
    {"no list behind a variable", MySql, "set @1, 2, 3", "set @0, 0"},
    {"no list behind a quoted variable", MySql, "set @ /**/'a', 'b'", "set @  ', '"},
    {"variable with a dot", MySql, "call p(@a.1, 2)", "call p(@a.0, 0)"},
    {"variable that looks like an exponent", MySql, "select @1e-5, 2", "select @0e-0"},
    {"a name ends at a dot", MySql, "select b1.5e-5, b1.5e-0x1", "select b0.0, b0.0e-0"},
    {"decimals", MySql, "select 1.2.3", "select 0"},
    {"arguments are no rows", PostgreSql, "1::varchar(9), (2)", "0::varchar(0), (0)"},
    {"rows of digit names", MySql, "values (5x), (6x)", "values (0x), (0x)"},
    {"rows with a comment between", MySql, "values (1),/**/(2)", "values (0)"},
    {"operator in PostgreSQL", PostgreSql, "select @ 1, 2", "select @ 0"},
    {"rows", MySql, "values (1, 'a'), (2, 'b'),(3, NULL)", "values (0)"},
    {"equal rows with names", MySql, "values (1, now()), (2, now())", "values (0, now())"},
    {"equal groups that are no rows", MySql, "f(a), (a)", "f(a), (a)"},
    {"unequal rows", MySql, "values (a), (b)", "values (a), (b)"},
    {"rows with digits in names", MySql, "values (a1), (a2)", "values (a0), (a0)"},
    {"nested rows", MySql, "((1,2),(3,4))", "((0))"},
    {"double quotes are strings", MySql, R"(select "a1")", R"(select ")"},
    {"double quotes are names", MySqlAnsi, R"(select "a1")", R"(select "a0")"},
    {"double quotes in PostgreSQL", PostgreSql, R"(select "a'1")", R"(select "a'0")"},
    {"back-ticks", MySql, "select `a'1`, 1", "select `a'0`, 0"},
    {"back-tick in PostgreSQL", PostgreSql, "select ` '1'", "select ` '"},
    {"block comment", MySql, "a/* ' */b", "a b"},
    {"nested comment in PostgreSQL", PostgreSql, "a/* /* */ ' */b", "a b"},
    {"no nested comment in MySQL", MySql, "a/* /* */ '", "a  '"},
    {"code comment", MySql, "a/*!50000 'x' */b", "a/*!00000 ' */b"},
    {"MariaDB code comment", MariaDb, "a/*M!100 'x' */b", "a/*M!000 ' */b"},
    {"no list behind a version", MySql, "a /*!500,00 b */", "a /*!000,0 b */"},
    {"end of a code comment begins none", MySql, "/*! 1 */*a", "/*! 0 */*a"},
    {"line comment", MySql, "a -- it's\nb", "a  \nb"},
    {"two dashes are not a comment in MySQL", MySql, "5--4", "0--0"},
    {"two dashes in PostgreSQL", PostgreSql, "5--4\r6", "0 \r0"},
    {"hash comment", MySql, "a # it's\nb", "a  \nb"},
    {"hash in PostgreSQL", PostgreSql, "a # 'x'", "a # '"},
    {"dollar quote", PostgreSql, "do $$ ' $$ x", "do $ x"},
    {"tagged dollar quote", PostgreSql, "do $a$ $b$ $a$ x", "do $ x"},
    {"dollar inside a name", PostgreSql, "a$b$ 'x'", "a$b$ '"},
    {"parameter", PostgreSql, "a = $12", "a = $00"},
    {"open string", MySql, "a = 'x", "a = '"},
    {"open comment", MySql, "a /* x", "a  "},
    {"trailing backslash", MySql, R"(a = 'x\)", "a = '"},
    {"empty", MySql, "", ""},
};

TEST(Skeleton, Table) {
  for (const Case& c : kCases) {
    EXPECT_EQ(skeleton(c.dialect, c.text), c.skeleton) << c.name;
    for (const auto kernel : kOthers) {
      EXPECT_EQ(skeleton(c.dialect, c.text, kernel), c.skeleton) << c.name;
    }
  }
}

/// Every case at every offset of a block: a result must not depend on where blocks begin.
TEST(Skeleton, DoesNotDependOnAlignment) {
  for (const Case& c : kCases) {
    for (std::size_t shift = 0; shift < 130; ++shift) {
      const std::string prefix = std::string(shift, '+') + " ";
      for (const auto kernel : {ShapeScanner::Kernel::Best, ShapeScanner::Kernel::Avx2}) {
        EXPECT_EQ(skeleton(c.dialect, prefix + std::string(c.text), kernel),
                  prefix + std::string(c.skeleton))
            << c.name << " shifted by " << shift;
      }
    }
  }
}

class CountingEnd : public EndTest {
 public:
  explicit CountingEnd(int accept) : left_(accept) {}
  bool ends_before(std::string_view) override { return left_-- == 0; }

 private:
  int left_;
};

TEST(Skeleton, KernelsAgreeOnRandomText) {
  const std::vector<std::string_view> pieces = {
      "'",
      "\"",
      "`",
      "\\",
      "''",
      "/*",
      "*/",
      "--",
      "-- ",
      "#",
      "$",
      "$$",
      "$a$",
      ";\n",
      ";\r\n",
      ";",
      "\n",
      "\r",
      " ",
      ", ",
      ",",
      "(",
      ")",
      "1",
      "23",
      "4.5",
      ".",
      "1e5",
      "1e-5",
      "0xAF",
      "0b1",
      "a",
      "t1",
      "E",
      "e'",
      "N'",
      "x'",
      "NULL",
      "null",
      "select",
      "values",
      "-",
      "=",
      "?",
      "::int",
      "(1, 2), (3, 4)",
      "),/**/(",
      "),",
      "b1.5",
      "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
      "'text of some length, with, commas'",
      "\xc3\xa9",
      "/*!50000 ",
      "/*M!",
      "\n#",
      "\\\n#",
      R"({"key": "it's", 'a\": `b`})",
      "@",
      "1234567890123456789012345678901234567890",
      std::string_view("\0", 1)};
  std::mt19937 random(7);
  for (const Dialect dialect : {MySql, MySqlAnsi, MariaDb, PostgreSql}) {
    ShapeScanner best(dialect);
    ShapeScanner others[] = {ShapeScanner(dialect, kOthers[0]), ShapeScanner(dialect, kOthers[1])};
    for (int round = 0; round < 20000; ++round) {
      std::string text;
      const std::size_t count = 1 + random() % 40;
      for (std::size_t i = 0; i < count; ++i) {
        text += pieces[random() % pieces.size()];
      }
      const std::string copy = padded(text);
      const std::string_view view(copy.data(), text.size());
      const int accept = static_cast<int>(random() % 3);
      CountingEnd end_a(accept);
      const StatementScan a = best.scan_until(view, end_a);
      for (ShapeScanner& other : others) {
        CountingEnd end_b(accept);
        const StatementScan b = other.scan_until(view, end_b);
        ASSERT_EQ(best.skeleton(), other.skeleton()) << to_string(dialect) << ": " << text;
        ASSERT_EQ(a.shape, b.shape) << text;
        ASSERT_EQ(a.length, b.length) << text;
        ASSERT_EQ(a.closed, b.closed) << text;
        ASSERT_EQ(a.ended, b.ended) << text;
        ASSERT_EQ(a.hash_line, b.hash_line) << text;
        ASSERT_EQ(a.comment_count, b.comment_count) << text;
        for (std::uint32_t i = 0; i < a.comment_count; ++i) {
          ASSERT_EQ(a.comments[i].begin, b.comments[i].begin) << text;
          ASSERT_EQ(a.comments[i].end, b.comments[i].end) << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace unjam
