#include "report/sql_layout.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::string laid_out(std::string_view sql, std::size_t columns = 10) {
  std::string text;
  for (const SqlLine& line : lay_out_sql(sql, columns)) {
    text += std::string(line.indent, ' ') + line.text + "\n";
  }
  return text;
}

TEST(SqlLayout, BreaksBeforeClauses) {
  struct Case {
    std::string_view name, sql, expected;
  };
  const std::vector<Case> cases = {
      {"clauses", "select a, b from t where x = ? and y = ? or z = ? order by a limit ?",
       "select a, b\nfrom t\nwhere x = ?\n  and y = ?\n  or z = ?\norder by a\nlimit ?\n"},
      {"joins",
       "select a from t left outer join u on u.id = t.id inner join v using (id) join w on ?",
       "select a\nfrom t\nleft outer join u on u.id = t.id\ninner join v using (id)\njoin w on "
       "?\n"},
      {"left() is no join", "select left(a, ?) from t", "select left(a, ?)\nfrom t\n"},
      {"between", "select a from t where x between ? and ? and y = ?",
       "select a\nfrom t\nwhere x between ? and ?\n  and y = ?\n"},
      {"sub-query", "select a from t where id in (select id from u where c = ?) and d = ?",
       "select a\nfrom t\nwhere id in (\n    select id\n    from u\n    where c = ?)\n  and d = "
       "?\n"},
      {"function words stay", "select extract(year from created_at) from t",
       "select extract(year from created_at)\nfrom t\n"},
      {"qualified names are no keywords", "select t.from, t.where from t",
       "select t.from, t.where\nfrom t\n"},
      {"quoted words", "select 'a from b', `where` from t", "select 'a from b', `where`\nfrom t\n"},
      {"insert", "insert into t (a) values (...) on duplicate key update a = ?",
       "insert into t (a)\nvalues (...)\non duplicate key update a = ?\n"},
      {"update", "UPDATE t SET a = ? WHERE id = ?", "UPDATE t\nSET a = ?\nWHERE id = ?\n"},
      {"delete", "delete from t where id = ?", "delete from t\nwhere id = ?\n"},
      {"closed too often", "select a)) from t where b", "select a))\nfrom t\nwhere b\n"}};
  for (const Case& one : cases) {
    EXPECT_EQ(laid_out(one.sql), one.expected) << one.name;
  }
}

TEST(SqlLayout, ShortStatementsAndOwnLinesStay) {
  EXPECT_EQ(laid_out("select a from t", 80), "select a from t\n");
  EXPECT_EQ(laid_out("select a\n  from t\n\nwhere x"), "select a\n  from t\nwhere x\n");
}

TEST(SqlLayout, LosesNothing) {
  for (const std::string_view sql :
       {"select a from t where 'open and from where", "/* open from select",
        "(((( select from ) , from", "and and or or from from where", "a`b\"c'd from x"}) {
    std::string without;
    for (const char c : laid_out(sql, 1)) {
      without += c == ' ' || c == '\n' ? std::string() : std::string(1, c);
    }
    std::string expected;
    for (const char c : sql) {
      expected += c == ' ' ? std::string() : std::string(1, c);
    }
    EXPECT_EQ(without, expected) << sql;
  }
}

TEST(SqlLayout, DeepNestingStaysLinear) {
  std::string sql;
  for (int depth = 0; depth < 100'000; ++depth) {
    sql += "(select ";
  }
  EXPECT_LT(laid_out(sql).size(), sql.size() * 8);
}

TEST(SqlLayout, ShortForm) {
  EXPECT_EQ(short_form("select a, b from orders o where id = ?", {"orders"}),
            "select orders where id = ?");
  EXPECT_EQ(short_form("insert into a values (...)", {"a"}), "insert a");
  EXPECT_EQ(short_form("select   ?", {}), "select ?");
  EXPECT_EQ(short_form("", {"t"}), "");
  EXPECT_EQ(short_form("select x from a where (select y from b where c) = ?", {"a", "b"}),
            "select a, b where (select y from b where c) = ?");
  EXPECT_EQ(short_form("select x from t", {"a", "b", "c", "d", "e"}), "select a, b, c, d, …");
  EXPECT_EQ(short_form("select abcdef", {}, 8), "select a…");
}

}  // namespace
}  // namespace unjam
