#include "collect/mysql_header.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(UserHost, IsReadFromTheRight) {
  struct Case {
    std::string_view value, user, host;
    std::optional<std::uint64_t> thread_id;
  };
  const Case cases[] = {
      {"root[root] @ localhost []  Id:     1", "root", "localhost", 1},
      {"app[app] @  [10.0.0.20]", "app", "10.0.0.20", std::nullopt},
      {"app[app] @  [10.0.0.20]  Id:  1464", "app", "10.0.0.20", 1464},
      {"[SQL_SLAVE] @  []", "SQL_SLAVE", "", std::nullopt},
      {"rdsadmin[rdsadmin] @ localhost [127.0.0.1]", "rdsadmin", "localhost", std::nullopt},
      {"app[app] @  [2001:db8::17]  Id: 12", "app", "2001:db8::17", 12},
      {"foo[foo] @ [host]", "foo", "host", std::nullopt},
      {"[] @  []  Id:    17", "", "", 17},
      {"priv[user] @ db-1.example.net [10.1.2.3]", "priv", "db-1.example.net", std::nullopt},
      {"a b[a b] @ localhost []", "a b", "localhost", std::nullopt},
      {"me@corp[me@corp] @ localhost []", "me@corp", "localhost", std::nullopt},
      {"a @ b[a @ b] @ host [1.2.3.4]", "a @ b", "host", std::nullopt},
      {"a.b[a.b] @ h []", "a.b", "h", std::nullopt},
      {"root", "root", "", std::nullopt},
      {"", "", "", std::nullopt},
      {"]", "]", "", std::nullopt},
  };
  for (const Case& c : cases) {
    MySqlUserHostParser remembering;
    for (const MySqlUserHost& found :
         {parse_user_host(c.value), remembering.parse(c.value), remembering.parse(c.value)}) {
      EXPECT_EQ(found.user, c.user) << c.value;
      EXPECT_EQ(found.host, c.host) << c.value;
      EXPECT_EQ(found.thread_id, c.thread_id) << c.value;
    }
  }
}

struct Parsed {
  HeaderStatus status;
  std::string rest;
};

Parsed parse(const std::string& text, MySqlHeader& header, bool at_end = true) {
  MySqlHeaderParser parser(std::chrono::seconds(0));
  const HeaderEnd end = parser.parse(text.data(), text.data() + text.size(), at_end, header);
  return {end.status, std::string(end.next, text.data() + text.size())};
}

TEST(MySqlHeaderParser, ReadsEveryKeyOfEveryServer) {
  MySqlHeader header;
  const std::string percona =
      "# Time: 2024-05-18T02:40:00.033083Z\n"
      "# User@Host: app[app] @  [10.0.0.20]  Id:  1464\n"
      "# Schema: shop  Last_errno: 1062  Killed: 0\n"
      "# Query_time: 0.001830  Lock_time: 0.000059  Rows_sent: 416  Rows_examined: 1107328  "
      "Rows_affected: 4\n"
      "# Bytes_sent: 23723  Tmp_tables: 1  Tmp_disk_tables: 0  Tmp_table_sizes: 16384\n"
      "# Stored_routine: shop.p\n"
      "# InnoDB_trx_id: B270800F\n"
      "# QC_Hit: No  Full_scan: Yes  Full_join: No  Tmp_table: No  Tmp_table_on_disk: No\n"
      "#   InnoDB_IO_r_ops: 1  InnoDB_IO_r_bytes: 16384  InnoDB_IO_r_wait: 0.004097\n"
      "# No InnoDB statistics available for this query\n"
      "# Log_slow_rate_type: query  Log_slow_rate_limit: 10\n"
      "use shop;\n"
      "SET timestamp=1716000000;\n"
      "select 1;\n";
  EXPECT_EQ(parse(percona, header).rest, "select 1;\n");
  EXPECT_EQ(format_time(*header.written), "2024-05-18T02:40:00.033083Z");
  EXPECT_EQ(header.query_time, Duration(1830));
  EXPECT_EQ(header.lock_time, Duration(59));
  EXPECT_EQ(header.rows_sent, 416U);
  EXPECT_EQ(header.rows_examined, 1107328U);
  EXPECT_EQ(header.rows_affected, 4U);
  EXPECT_EQ(header.bytes_sent, 23723U);
  EXPECT_EQ(header.thread_id, 1464U);
  EXPECT_EQ(header.error_text, "1062");
  EXPECT_EQ(header.schema, "shop");
  EXPECT_EQ(header.use, "shop");
  EXPECT_EQ(header.timestamp, 1716000000);
  EXPECT_EQ(header.rate_limit, 10U);
  EXPECT_TRUE(header.nested);

  const std::string mysql_extra =
      "# Time: 2024-05-18T02:40:00.033083Z\n"
      "# User@Host: app[app] @  [10.0.0.20]  Id:  1464\n"
      "# Query_time: 1.000007  Lock_time: 0.500000 Rows_sent: 1  Rows_examined: 2 Thread_id: 1464 "
      "Errno: 0 Killed: 1317 Bytes_received: 61 Bytes_sent: 72 Read_first: 0 Read_last: 0 "
      "Read_key: 0 "
      "Count_hit_tmp_table_size: 0  Start:  End: 2024-05-18T02:40:00.033083Z Schema: my db "
      "Rows_affected: 7\n"
      "SET timestamp=1716000000;\nselect 1;\n";
  EXPECT_EQ(parse(mysql_extra, header).rest, "select 1;\n");
  EXPECT_EQ(header.query_time, Duration(1'000'007));
  EXPECT_EQ(header.lock_time, Duration(500'000));
  EXPECT_EQ(header.error, 0U);
  EXPECT_EQ(header.error_text, "1317");
  EXPECT_EQ(header.bytes_sent, 72U);
  EXPECT_EQ(header.schema, "my db");
  EXPECT_EQ(header.rows_affected, 7U);
}

TEST(MySqlHeaderParser, NothingIsLeftOfTheHeaderBefore) {
  MySqlHeader header;
  parse(
      "# Time: 2024-05-18T02:40:00.033083Z\n# User@Host: app[app] @ h [1.2.3.4]  Id: 7\n"
      "# Schema: s  Last_errno: 1062  Killed: 1317\n# Time: 240518  2:40:00\n"
      "# Query_time: 4294967295  Lock_time: 1 Rows_sent: 1  Rows_examined: 1  Rows_affected: 1\n"
      "# Bytes_sent: 1\n# Stored_routine: a.b\n# Log_slow_rate_type: query  Log_slow_rate_limit: "
      "9\n"
      "use a;\nSET timestamp=1;\nx;\n",
      header);
  parse("# Query_time: 1\nx;\n", header);
  EXPECT_FALSE(header.written || header.local_time || header.timestamp || header.lock_time ||
               header.rows_sent || header.rows_examined || header.rows_affected ||
               header.bytes_sent || header.thread_id || header.error || header.killed ||
               header.schema || header.use);
  EXPECT_EQ(header.query_time, std::chrono::seconds(1));
  EXPECT_TRUE(header.error_text.empty() && header.user.empty() && header.host.empty());
  EXPECT_EQ(header.rate_limit, 1U);
  EXPECT_FALSE(header.has_set_line || header.broken_time || header.nested);
}

TEST(MySqlHeaderParser, EmptySchemaMeansNoDatabase) {
  MySqlHeader header;
  for (const std::string keys : {"# Thread_id: 3  Schema:   QC_hit: No\n",
                                 "# Schema:   Last_errno: 0  Killed: 0\n", "# Schema: \n"}) {
    parse("# User@Host: a[a] @ h []\n" + keys + "# Query_time: 1\nSET timestamp=1;\nselect 1;\n",
          header);
    ASSERT_TRUE(header.schema) << keys;
    EXPECT_EQ(*header.schema, "") << keys;
  }
}

TEST(MySqlHeaderParser, EndsWhereTheStatementBegins) {
  struct Case {
    const char* name;
    const char* behind_query_time;
    HeaderStatus status;
    const char* rest;
  };
  const Case cases[] = {
      {"plain", "SET timestamp=1;\nselect 1;\n", HeaderStatus::Complete, "select 1;\n"},
      {"ids", "SET last_insert_id=3,insert_id=4,timestamp=5;\nselect 1;\n", HeaderStatus::Complete,
       "select 1;\n"},
      {"user's SET", "SET timestamp=1;\nSET timestamp=2;\n", HeaderStatus::Complete,
       "SET timestamp=2;\n"},
      {"quoted name", "use `a b`;\nSET timestamp=1;\nx;\n", HeaderStatus::Complete, "x;\n"},
      {"own use", "use a;\nSET timestamp=1;\nuse a;\n", HeaderStatus::Complete, "use a;\n"},
      {"own use, no SET", "use a;\n# Query_time: 1\nx;\n", HeaderStatus::Complete,
       "use a;\n# Query_time: 1\nx;\n"},
      {"own use twice, no SET", "use a;\nuse a;\n", HeaderStatus::Complete, "use a;\n"},
      {"cut behind use", "use a;\n", HeaderStatus::Cut, ""},
      {"name with semicolon", "use a;b;\nSET timestamp=1;\nx;\n", HeaderStatus::Complete, "x;\n"},
      {"name with line feed", "use a\nb;\nSET timestamp=1;\nx;\n", HeaderStatus::Complete, "x;\n"},
      {"no SET line", "select 1;\n", HeaderStatus::Complete, "select 1;\n"},
      {"lone semicolon", "SET timestamp=1;\n;\n", HeaderStatus::Complete, ";\n"},
      {"CRLF", "use a;\r\nSET timestamp=1;\r\nx;\r\n", HeaderStatus::Complete, "x;\r\n"},
      {"warnings",
       "# Warnings\n# Warning 1292 Incorrect value 'a\nuse x\nb'\nSET timestamp=1;\nx;\n",
       HeaderStatus::Complete, "x;\n"},
      {"comments that look like a header",
       "SET timestamp=1;\n# Time: 1\n# User@Host: a\n# Query_time: 1\nselect 1;\n",
       HeaderStatus::Complete, "# Time: 1\n# User@Host: a\n# Query_time: 1\nselect 1;\n"},
      {"lost statement",
       "SET timestamp=1;\n# Time: 1\n# Query_time: 1\nSET timestamp=2;\nselect 1;\n",
       HeaderStatus::NoStatement, "# Time: 1\n# Query_time: 1\nSET timestamp=2;\nselect 1;\n"},
      {"header upon header", "# Time: 1\n# Query_time: 1\nSET timestamp=2;\nselect 1;\n",
       HeaderStatus::NoStatement, "# Time: 1\n# Query_time: 1\nSET timestamp=2;\nselect 1;\n"},
      {"cut in SET", "SET timest", HeaderStatus::Cut, ""},
      {"cut in use", "use sh", HeaderStatus::Cut, ""},
      {"cut behind SET", "SET timestamp=1;\n", HeaderStatus::Cut, ""},
      {"cut in key", "# Rows_aff", HeaderStatus::Cut, ""},
      {"cut behind keys", "", HeaderStatus::Cut, ""},
  };
  for (const Case& c : cases) {
    const std::string text =
        std::string("# User@Host: a[a] @ h []\n# Query_time: 1\n") + c.behind_query_time;
    MySqlHeader header;
    const Parsed parsed = parse(text, header);
    EXPECT_EQ(parsed.status, c.status) << c.name;
    if (c.status != HeaderStatus::Cut) {
      EXPECT_EQ(parsed.rest, c.rest) << c.name;
    }
  }
}

TEST(MySqlHeaderParser, NeedsMoreInsideOfAnyPrefix) {
  const std::string text =
      "# Time: 2024-05-18T02:40:00.033083Z\n# User@Host: a[a] @ h []  Id: 7\n# Query_time: 1.5  "
      "Lock_time: 0 Rows_sent: 1  Rows_examined: 1\nuse shop;\nSET timestamp=1;\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    MySqlHeader header;
    EXPECT_EQ(parse(text.substr(0, size), header, false).status, HeaderStatus::NeedsMore) << size;
  }
}

TEST(MySqlHeaderParser, BlocksWithoutQueryTimeAreNoEvents) {
  MySqlHeader header;
  EXPECT_EQ(parse("# Time: 1\n# User@Host: x\nselect 1;\n", header).status,
            HeaderStatus::NoQueryTime);
  const Parsed again = parse("# Time: 1\n# User@Host: x\n# Time: 2\n# User@Host: y\n", header);
  EXPECT_EQ(again.status, HeaderStatus::NoQueryTime);
  EXPECT_EQ(again.rest, "# Time: 2\n# User@Host: y\n");
}

}  // namespace
}  // namespace unjam
