#include "unjam/normalize/normalizer.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct MaskCase {
  Dialect dialect;
  std::string_view sql;
  std::string_view masked;
};

TEST(MaskLiterals, KeepsLayoutAndSpelling) {
  const MaskCase cases[] = {
      {Dialect::MySql, "SELECT  *\n\tFROM `T` WHERE a='x' AND b IN (1, 2)",
       "SELECT  *\n\tFROM `T` WHERE a=? AND b IN (?, ?)"},
      {Dialect::MySql, "select 1 /* job:secret */ -- it's\n+ 2", "select ?  \n+ ?"},
      {Dialect::MySql, "select \"a\", _utf8'b', x'ff', 0xff, 1.5e-3", "select ?, _utf8?, ?, ?, ?"},
      {Dialect::MySqlAnsi, "select \"a\" from t where b = 'x'", "select \"a\" from t where b = ?"},
      {Dialect::MySql, "select 'open", "select ?"},
      {Dialect::MySql, "select ` where a = 'x", "select ?"},
      {Dialect::MySql, "select /*!50000 1 */ + 4d_col", "select /*!50000 ? */ + 4d_col"},
      {Dialect::PostgreSql, "select \"A\", $$x$$, E'\\'', $1::int, t.a1",
       "select \"A\", ?, ?, ?::int, t.a1"},
      {Dialect::PostgreSql, "select $$a$$$b$c$b$ from t", "select ?? from t"},
      {Dialect::PostgreSql, "select 1$$a$$ from t", "select ??"},
      {Dialect::PostgreSql, "select j ? 'k' -- secret", "select j ? ?"},
      {Dialect::PostgreSql, "select :a, :$x$ secret", "select ?, :?"},
      {Dialect::PostgreSql, "select a[:$1], a[:2]", "select a[?], a[?]"},
      {Dialect::PostgreSql,
       "a\x01"
       "b\xff",
       "a b\xef\xbf\xbd"},
      {Dialect::MySql, "", ""},
  };
  for (const MaskCase& test : cases) {
    EXPECT_EQ(mask_literals(test.dialect, test.sql), test.masked) << test.sql;
  }
}

}  // namespace
}  // namespace unjam
