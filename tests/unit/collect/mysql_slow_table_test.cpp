#include "collect/mysql_readers.h"
#include "unit/collect/mysql_events.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

using mysql_test::Events;
using mysql_test::read_in_steps;

std::unique_ptr<LogReader> new_reader() { return make_mysql_slow_table_reader(Dialect::MySql, {}); }

std::string row(std::string_view sql, std::string_view behind = "12",
                std::string_view user_host = "app[app] @ web [10.0.0.1]") {
  return fmt::format(
      "2024-05-18 "
      "02:40:00.033083\t{}\t00:00:02.000731\t00:00:00.000059\t3\t7\tshop\t0\t0\t1\t{}\t{}\n",
      user_host, sql, behind);
}

constexpr const char* kFields =
    "at=2024-05-18T02:40:00.033083Z time=2000731 lock=59 sent=3 examined=7 thread=12 user=app "
    "host=web db=shop | ";

TEST(MySqlSlowTable, RowsBecomeEvents) {
  struct Case {
    const char* name;
    std::string log;
    std::vector<std::string> lines;
  };
  const std::string fields = kFields;
  const Case cases[] = {
      {"MySQL", row("select 1"), {"statement " + fields + "select 1"}},
      {"MariaDB: start_time is the start",
       row("select 1", "12\t5"),
       {"statement at=2024-05-18T02:40:02.033814Z time=2000731 lock=59 sent=3 examined=7 "
        "affected=5 "
        "thread=12 user=app host=web db=shop | select 1"}},
      {"whole seconds",
       "2024-05-18 02:40:00\tapp[app] @  [10.0.0.1]\t00:00:02\t838:59:59\t3\t7\t\t0\t0\t1\tx\t12\n",
       {"statement at=2024-05-18T02:40:00.000000Z time=2000000 lock=3020399000000 sent=3 "
        "examined=7 "
        "thread=12 user=app host=10.0.0.1 | x"}},
      {"escapes",
       row("a\\tb\\nc\\\\n\\0d\\q"),
       {"statement " + fields + "a\\x09b\\nc\\\\n\\x00d\\\\q"}},
      {"hexadecimal blob", row("0x53454C4543540A31"), {"statement " + fields + "SELECT\\n1"}},
      {"NULL database",
       "2024-05-18 02:40:00\ta[a] @ h []\t00:00:02\t00:00:00\t3\t7\tNULL\tNULL\tNULL\t1\tx\t12\n",
       {"statement at=2024-05-18T02:40:00.000000Z time=2000000 lock=0 sent=3 examined=7 thread=12 "
        "user=a host=h | x"}},
      {"administrator command",
       row("Close stmt"),
       {"admin at=2024-05-18T02:40:00.033083Z time=2000731 lock=59 thread=12 user=app host=web "
        "db=shop | Close stmt"}},
      {"throttle summary",
       row("throttle:          5 'index not used' warning(s) suppressed.", "12", "[] @  []"),
       {"throttle at=2024-05-18T02:40:00.033083Z time=2000731 lock=59 thread=12 db=shop | "
        "throttle:   "
        "       5 'index not used' warning(s) suppressed."}},
      {"CR LF", row("x", "12\r"), {"statement " + fields + "x"}},
      {"two", row("x") + row("y"), {"statement " + fields + "x", "statement " + fields + "y"}},
  };
  for (const Case& c : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{10}, std::size_t{1} << 20}) {
      EXPECT_EQ(read_in_steps(*new_reader(), c.log, step).lines, c.lines) << c.name;
    }
  }
}

TEST(MySqlSlowTable, WhatIsNoRowIsCounted) {
  const std::string log = "start_time\tuser_host\tquery_time\n" + row("x") + "rest of a row\t12\n" +
                          row("y\tz\t1\t2") + row("z") + row("cut").substr(0, 60);
  const auto reader = new_reader();
  EXPECT_EQ(read_in_steps(*reader, log, 1 << 20).sql, (std::vector<std::string>{"x", "z"}));
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [reason, skipped] : reader->skipped()) {
    counts[reason] = skipped.count;
  }
  EXPECT_EQ(counts, (std::map<std::string, std::uint64_t>{
                        {"bad row", 2}, {"column names", 1}, {"cut row", 1}}));
}

TEST(MySqlSlowTable, TextCutAtTheEndIsPartial) {
  const std::string log = row("select 1");
  const Events cut = read_in_steps(*new_reader(), log.substr(0, log.find("lect 1")), 1 << 20);
  EXPECT_EQ(cut.sql, (std::vector<std::string>{"se"}));
  EXPECT_EQ(cut.partial, (std::vector<bool>{true}));
  const Events whole = read_in_steps(*new_reader(), log.substr(0, log.size() - 1), 1 << 20);
  EXPECT_EQ(whole.partial, (std::vector<bool>{false}));
}

TEST(MySqlSlowTable, FindsTheNextRow) {
  const std::string log = row("x") + "no row\n" + row("y");
  const std::size_t second = row("x").size() + 7;
  for (std::size_t from = 0; from < log.size(); ++from) {
    const std::size_t found = new_reader()->find_record(std::string_view(log).substr(from));
    EXPECT_EQ(found == std::string_view::npos ? found : from + found,
              from < second ? second : std::string_view::npos)
        << from;
  }
}

}  // namespace
}  // namespace unjam
