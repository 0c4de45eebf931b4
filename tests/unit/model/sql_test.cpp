#include "unjam/model/sql.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(Sql, DialectNamesGoBothWays) {
  for (const char* name : {"mysql", "mysql-ansi", "mariadb", "postgresql"}) {
    ASSERT_TRUE(parse_dialect(name)) << name;
    EXPECT_EQ(to_string(*parse_dialect(name)), name);
  }
  EXPECT_FALSE(parse_dialect("oracle"));
}

TEST(Sql, IdsAreStable) {
  // XXH3-64 of the text; stored data depends on it.
  EXPECT_EQ(fingerprint_id("").hex(), "2d06800538d394c2");
  EXPECT_EQ(FingerprintId{0x1f}.hex(), "000000000000001f");
}

}  // namespace
}  // namespace unjam
