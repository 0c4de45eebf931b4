#include "unjam/normalize/normalizer.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct TablesCase {
  std::string_view fingerprint;
  std::vector<std::string> tables;
};

TEST(TablesOf, ByTheWordsAround) {
  const TablesCase cases[] = {
      {"select a from t where b = ?", {"t"}},
      {"select * from a, b as x, s.c y where a.id = ?", {"a", "b", "s.c"}},
      {"select * from a join b on a.x = b.x left join c using (id), d", {"a", "b", "c", "d"}},
      {"insert into t (a, b) values (?) on duplicate key update a = values (a)", {"t"}},
      {"insert ignore t (a) select x from u", {"t", "u"}},
      {"update low_priority t set a = ? where b = ?", {"t"}},
      {"update a, b set a.x = b.x", {"a", "b"}},
      {"delete from t where a in (select b from u where extract(year from c) = ?)", {"t", "u"}},
      {"delete from t using u where t.a = u.a", {"t", "u"}},
      {"with c as (select ? from t), d (x) as (select a from u) select * from c, d", {"t", "u"}},
      {"select * from \"Users\" where x #> ? = ?", {"\"Users\""}},
      {"select * from `my table` union select * from (select a from b) z", {"`my table`", "b"}},
      {"select * from generate_series(?) g, t", {"t"}},
      {"select trim(leading ? from a) from t for update", {"t"}},
      {"drop table if exists a, b", {"a", "b"}},
      {"create unique index i on s.t (a)", {"s.t"}},
      {"truncate t", {"t"}},
      {"select ? from dual", {}},
      {"select a is distinct from b from t", {"t"}},
      {"select * from t; delete from u", {"t", "u"}},
      {"commit", {}},
      {"", {}},
  };
  for (const TablesCase& test : cases) {
    EXPECT_EQ(tables_of(test.fingerprint), test.tables) << test.fingerprint;
  }
}

TEST(VerbOf, FirstWord) {
  EXPECT_EQ(verb_of("select ?"), "select");
  EXPECT_EQ(verb_of("(select ?) union (select ?)"), "select");
  EXPECT_EQ(verb_of("with c as (select ?) select ?"), "with");
  EXPECT_EQ(verb_of("commit"), "commit");
  EXPECT_EQ(verb_of("?"), "");
  EXPECT_EQ(verb_of(""), "");
}

}  // namespace
}  // namespace unjam
