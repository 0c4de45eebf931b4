#include "collect/pg_statement_verb.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(PgSendsRows, ByTheVerb) {
  struct Case {
    const char* sql;
    bool sends;
  };
  for (const Case& c : {
           Case{"SELECT $1", true},
           Case{"  (SELECT 1) UNION (SELECT 2)", true},
           Case{"/* insert */ select 1", true},
           Case{"-- update\nSELECT 1", true},
           Case{"INSERT INTO t SELECT * FROM u", false},
           Case{"uPdAtE t SET a = $1", false},
           Case{"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", false},
           Case{"COPY t FROM STDIN", false},
           Case{"WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", true},
           Case{"WITH \"select\" AS (SELECT ')') INSERT INTO t SELECT 1", false},
           Case{"WITH RECURSIVE a(n) AS (VALUES (1)) UPDATE t SET a = 1", false},
           Case{"FETCH 10 FROM c", true},
           Case{"SHOW server_version", true},
           Case{"", true},
           Case{"WITH (", true},
           Case{"/* open", true},
           Case{"'open", true},
       }) {
    EXPECT_EQ(c.sends, pg_sends_rows(c.sql)) << c.sql;
  }
}

}  // namespace
}  // namespace unjam
