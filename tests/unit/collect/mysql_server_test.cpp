#include "collect/mysql_server.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(MySqlServer, LiteralsNeedNoEscapes) {
  EXPECT_EQ("_utf8mb4 X''", sql_literal(""));
  EXPECT_EQ("_utf8mb4 X'73686f70'", sql_literal("shop"));
  EXPECT_EQ("_utf8mb4 X'275c22e697a5'", sql_literal("'\\\"日"));
}

/// "SELECT `c0` , `c1` , ...": 2 bytes for SELECT, 6 or more for each name, 2 for each comma.
std::string columns(int count) {
  std::string text = "SELECT `c0`";
  for (int i = 1; i < count; ++i) {
    text += " , `c" + std::to_string(i) + "`";
  }
  return text;
}

TEST(MySqlServer, DigestsThatWereCut) {
  EXPECT_FALSE(is_cut_digest("", 1024));
  EXPECT_FALSE(is_cut_digest("SELECT ?, ...", 1024));
  // As MySQL 9.7 and MariaDB 10.11 cut 900 columns at 1024 bytes.
  EXPECT_TRUE(is_cut_digest(columns(113) + " ,", 1024));
  EXPECT_FALSE(is_cut_digest(columns(113) + " ,", 4096));
  EXPECT_FALSE(is_cut_digest(columns(100), 1024));
  // Long texts of few bytes: words are two bytes each.
  std::string words = "SELECT ?";
  for (int i = 0; i < 100; ++i) {
    words += " CURRENT_TIMESTAMP +";
  }
  EXPECT_FALSE(is_cut_digest(words, 1024));
  EXPECT_TRUE(is_cut_digest("`" + std::string(2000, 'x'), 1024)) << "no closing quote";
}

}  // namespace
}  // namespace unjam
