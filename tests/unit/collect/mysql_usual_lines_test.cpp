// The short way for header lines in their usual form gives what the general one gives, whatever a
// byte of them is changed to. With few bytes behind a header only the general way is taken.
#include "collect/mysql_usual_lines.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace unjam {
namespace {

const std::string_view kHeaders[] = {
    "# Time: 2024-05-18T02:40:00.047191Z\n"
    "# User@Host: app[app] @  [10.0.0.4]  Id:  1821\n"
    "# Query_time: 1.261453  Lock_time: 0.000685 Rows_sent: 230  Rows_examined: 1697842\n"
    "use shop;\nSET timestamp=1716000000;\n",
    "# Time: 2024-05-18T02:40:00.047191Z\n"
    "# User@Host: app[app] @ shop [10.0.0.4]  Id: 182112\n"
    "# Schema: shop  Last_errno: 0  Killed: 0\n"
    "# Query_time: 1.26  Lock_time: 0.000685  Rows_sent: 230  Rows_examined: 16978421234  "
    "Rows_affected: 7\n"
    "# Bytes_sent: 13121  Tmp_tables: 1  Tmp_disk_tables: 0  Tmp_table_sizes: 16384\n"
    "# InnoDB_trx_id: 4F2A\n"
    "SET timestamp=1716000000;\n",
    "# User@Host: root[root] @ localhost []\n"
    "# Thread_id: 1821  Schema: shop  QC_hit: No\n"
    "# Query_time: 12.000001  Lock_time: 0.000685  Rows_sent: 0  Rows_examined: 16978421\n"
    "# Rows_affected: 27  Bytes_sent: 13121\n"
    "SET timestamp=1716000000;\n",
};

struct Parsed {
  HeaderStatus status;
  std::ptrdiff_t length;
  MySqlHeader header;
};

Parsed parse(const std::string& text, MySqlHeaderParser& parser) {
  Parsed parsed{};
  const HeaderEnd end = parser.parse(text.data(), text.data() + text.size(), true, parsed.header);
  parsed.status = end.status;
  parsed.length = end.next - text.data();
  return parsed;
}

/// Both ways, each with a parser that knows the second of the header already.
void expect_same(const std::string& header) {
  const std::string statement = "select 1;\n";
  const std::string near_the_end = header + statement;
  const std::string far_from_it =
      near_the_end +
      "# Time: 2024-05-18T02:40:01.000000Z\n# User@Host: a[a] @ b []\n# Query_time: 1" +
      std::string(kUsualLineRoom, 'x');
  MySqlHeaderParser short_way(std::chrono::seconds(0));
  MySqlHeaderParser general(std::chrono::seconds(0));
  ASSERT_LT(near_the_end.size(), static_cast<std::size_t>(kUsualLineRoom));
  const std::string known(kHeaders[0]);
  parse(known, short_way);
  parse(known, general);
  const Parsed a = parse(far_from_it, short_way);
  const Parsed b = parse(near_the_end, general);
  ASSERT_EQ(a.status, b.status) << header;
  if (a.status != HeaderStatus::Complete) {
    return;
  }
  ASSERT_EQ(a.length, b.length) << header;
  EXPECT_EQ(a.header.written, b.header.written) << header;
  EXPECT_EQ(a.header.local_time, b.header.local_time) << header;
  EXPECT_EQ(a.header.timestamp, b.header.timestamp) << header;
  EXPECT_EQ(a.header.query_time, b.header.query_time) << header;
  EXPECT_EQ(a.header.lock_time, b.header.lock_time) << header;
  EXPECT_EQ(a.header.rows_sent, b.header.rows_sent) << header;
  EXPECT_EQ(a.header.rows_examined, b.header.rows_examined) << header;
  EXPECT_EQ(a.header.rows_affected, b.header.rows_affected) << header;
  EXPECT_EQ(a.header.bytes_sent, b.header.bytes_sent) << header;
  EXPECT_EQ(a.header.thread_id, b.header.thread_id) << header;
  EXPECT_EQ(a.header.error, b.header.error) << header;
  EXPECT_EQ(a.header.killed, b.header.killed) << header;
  EXPECT_EQ(a.header.error_text, b.header.error_text) << header;
  EXPECT_EQ(a.header.user, b.header.user) << header;
  EXPECT_EQ(a.header.host, b.header.host) << header;
  EXPECT_EQ(a.header.schema, b.header.schema) << header;
  EXPECT_EQ(a.header.use, b.header.use) << header;
  EXPECT_EQ(a.header.broken_time, b.header.broken_time) << header;
  EXPECT_EQ(a.header.nested, b.header.nested) << header;
}

TEST(MySqlUsualLines, AreTaken) {
  for (const std::string_view header : kHeaders) {
    const std::string text = std::string(header) + std::string(kUsualLineRoom, ' ');
    MySqlTimeParser times(std::chrono::seconds(0));
    times.parse_iso("2024-05-18T02:40:00Z");
    MySqlUserHostParser users;
    MySqlHeader parsed;
    const char* at = text.data();
    while (*at == '#') {
      // Two decimals are not usual.
      const bool usual = std::string_view(at, 21) != "# Query_time: 1.26  L";
      const char* const next = take_usual_line(at, at == text.data(), times, users, parsed);
      ASSERT_EQ(next != nullptr, usual) << std::string_view(at, 60);
      at = usual ? next : at + std::string_view(at).find('\n') + 1;
    }
  }
}

TEST(MySqlUsualLines, AreReadAsTheGeneralWayReadsThem) {
  for (const std::string_view header : kHeaders) {
    expect_same(std::string(header));
    for (std::size_t i = 0; i < header.size(); ++i) {
      for (const char c : std::string_view("\n\r\0 #:.09aZ[]@-", 15)) {
        std::string changed(header);
        changed[i] = c;
        expect_same(changed);
      }
      std::string shorter(header);
      expect_same(shorter.erase(i, 1));
      std::string longer(header);
      expect_same(longer.insert(i, 1, '7'));
      expect_same(longer.insert(i, 12, '3'));
    }
  }
}

}  // namespace
}  // namespace unjam
