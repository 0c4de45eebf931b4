// What `unjam doctor` asks of MySQL and MariaDB. Each answer says what is lost and how it is
// mended: statements to run now, then the lines of my.cnf that keep them over a restart.

#include "collect/mysql_server.h"
#include "collect/server_checks.h"
#include "drivers/mysql_words.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

using State = ServerCheck::State;

class MySqlChecks {
 public:
  explicit MySqlChecks(Session& session)
      : session_(session), is_mysql_(session.version().engine == Engine::MySql) {}

  std::vector<ServerCheck> run() {
    read_settings();
    if (check_version() && check_performance_schema()) {
      const bool digests = check_table("performance_schema.events_statements_summary_by_digest",
                                       State::Missing, "calls and times of all statements");
      check_consumers();
      check_instruments();
      if (digests) {
        check_digest_table();
      }
      if (is_mysql_) {
        check_table("performance_schema.events_statements_histogram_by_digest", State::Degraded,
                    "percentiles of execution times");
        check_table("performance_schema.events_errors_summary_global_by_error", State::Degraded,
                    "errors by their number");
      } else {
        const std::uint64_t executions = uncounted_executions(session_);
        const std::string binary = "counts all prepared statements";
        if (executions == 0) {
          add(State::Ok, binary + " (nothing was executed by the binary protocol)");
        } else {
          add(State::Degraded, binary,
              fmt::format("{} executions by the binary protocol, which MariaDB has no digests for",
                          executions),
              "let the clients prepare statements themselves (prepared_statements: false in "
              "Rails), "
              "or watch the slow log too");
        }
        // Nothing is to be mended: no setting of MariaDB changes it.
        add(State::Ok, "counts errors (their numbers are known from a log only)");
      }
    }
    check_slow_log();
    return std::move(checks_);
  }

 private:
  void read_settings();
  bool check_version();
  bool check_performance_schema();
  bool check_table(const std::string& table, State without, const std::string& lost);
  void check_consumers();
  void check_instruments();
  void check_digest_table();
  void check_slow_log();
  void check_slow_log_destination();
  void check_slow_log_contents();

  void add(State state, std::string what, std::string lost = {}, std::string mend = {}) {
    checks_.push_back({state, std::move(what), std::move(lost), std::move(mend)});
  }
  /// A setting's value; empty when the server has no such setting.
  std::string setting(const std::string& name) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? std::string() : found->second;
  }
  std::uint64_t number(const std::string& name) const {
    const std::string value = setting(name);
    return value.empty() ? 0 : std::strtoull(value.c_str(), nullptr, 10);
  }
  /// How a setting that can change at run time is changed for good.
  std::string set(std::string_view name, std::string_view value) const {
    return is_mysql_ ? fmt::format("SET PERSIST {} = {};", name, value)
                     : fmt::format("SET GLOBAL {0} = {1};\n-- my.cnf, under [mysqld]: {0}={1}",
                                   name, value);
  }
  /// Runs `sql` if we may; false when a right is missing.
  bool ask(const std::string& sql, const std::function<void(const Row&)>& use) {
    try {
      session_.query(sql, {}, use);
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Denied) {
        throw;
      }
      return false;
    }
  }

  Session& session_;
  bool is_mysql_;
  std::map<std::string, std::string> settings_;
  std::vector<ServerCheck> checks_;
};

void MySqlChecks::read_settings() {
  const std::string sql = fmt::format(
      "SELECT LOWER(VARIABLE_NAME), VARIABLE_VALUE FROM {} WHERE VARIABLE_NAME IN "
      "('performance_schema', 'performance_schema_digests_size', 'max_digest_length', "
      "'performance_schema_max_digest_length', 'slow_query_log', 'long_query_time', "
      "'log_output', 'log_queries_not_using_indexes', "
      "'log_throttle_queries_not_using_indexes', 'log_slow_extra', "
      "'log_slow_rate_limit', 'slow_query_log_file')",
      is_mysql_ ? "performance_schema.global_variables" : "information_schema.GLOBAL_VARIABLES");
  session_.query(sql, {}, [&](const Row& row) {
    settings_.emplace(row.text(0).value_or(""), row.text(1).value_or(""));
  });
}

bool MySqlChecks::check_version() {
  const std::string what = "counts statements (MySQL 8.0, MariaDB 10.6 or newer)";
  if (session_.version().number >= (is_mysql_ ? 80000 : 100600)) {
    add(State::Ok, what);
    return true;
  }
  add(State::Missing, what,
      fmt::format("all counters: this is {}; only its slow log can be watched",
                  session_.version().text),
      "upgrade the server");
  return false;
}

bool MySqlChecks::check_performance_schema() {
  const std::string what = "performance_schema is on";
  if (setting("performance_schema") == "ON") {
    add(State::Ok, what);
    return true;
  }
  add(State::Missing, what, "calls and times of all statements",
      "-- my.cnf, under [mysqld]: performance_schema=ON\n-- then restart the server");
  return false;
}

bool MySqlChecks::check_table(const std::string& table, State without, const std::string& lost) {
  const std::string what = "reads " + table;
  if (ask("SELECT 1 FROM " + table + " LIMIT 1", [](const Row& /*row*/) {})) {
    add(State::Ok, what);
    return true;
  }
  add(without, what, lost, grant_select(session_, table) + ";");
  return false;
}

void MySqlChecks::check_consumers() {
  if (!check_table("performance_schema.setup_consumers", State::Degraded,
                   "whether the server's consumers of statements are on")) {
    return;
  }
  std::map<std::string, bool> on;
  session_.query(
      "SELECT NAME, ENABLED FROM performance_schema.setup_consumers", {},
      [&](const Row& row) { on[std::string(row.text(0).value_or(""))] = row.text(1) == "YES"; });
  struct Consumer {
    std::string_view name;
    State without;
    std::string_view lost;
  };
  for (const Consumer& consumer :
       {Consumer{"global_instrumentation", State::Missing, "all counters"},
        Consumer{"thread_instrumentation", State::Missing, "counters of statements"},
        Consumer{"statements_digest", State::Missing, "calls and times of all statements"},
        Consumer{"events_statements_current", State::Degraded,
                 "what a session runs now, beyond its text"},
        Consumer{"events_statements_history", State::Degraded,
                 "what a session that blocks others ran before"}}) {
    const std::string what = fmt::format("consumer {} is on", consumer.name);
    if (on[std::string(consumer.name)]) {
      add(State::Ok, what);
    } else {
      add(consumer.without, what, std::string(consumer.lost),
          fmt::format("UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = "
                      "'{0}';\n-- my.cnf, under [mysqld]: performance_schema_consumer_{0}=ON",
                      consumer.name));
    }
  }
}

void MySqlChecks::check_instruments() {
  if (!check_table("performance_schema.setup_instruments", State::Degraded,
                   "whether the server instruments statements and metadata locks")) {
    return;
  }
  std::uint64_t off = 0;
  session_.query(
      "SELECT COUNT(*) FROM performance_schema.setup_instruments WHERE NAME LIKE 'statement/sql/%' "
      "AND (ENABLED = 'NO' OR TIMED = 'NO')",
      {}, [&](const Row& row) { off = row.integer(0).value_or(0); });
  const std::string statements = "instruments of statements are on and timed";
  if (off == 0) {
    add(State::Ok, statements);
  } else {
    add(State::Degraded, statements, fmt::format("{} kinds of statements are not counted", off),
        "UPDATE performance_schema.setup_instruments SET ENABLED = 'YES', TIMED = 'YES' WHERE NAME "
        "LIKE 'statement/%';\n-- my.cnf, under [mysqld]: "
        "performance_schema_instrument='statement/%=ON'");
  }
  bool locks = false;
  session_.query(
      "SELECT ENABLED FROM performance_schema.setup_instruments WHERE NAME = "
      "'wait/lock/metadata/sql/mdl'",
      {}, [&](const Row& row) { locks = row.text(0) == "YES"; });
  const std::string metadata = "metadata locks are instrumented";
  if (locks) {
    add(State::Ok, metadata);
  } else {
    add(State::Degraded, metadata, "who holds the metadata lock that an ALTER TABLE waits for",
        "UPDATE performance_schema.setup_instruments SET ENABLED = 'YES', TIMED = 'YES' WHERE NAME "
        "= 'wait/lock/metadata/sql/mdl';\n-- my.cnf, under [mysqld]: "
        "performance_schema_instrument='wait/lock/metadata/sql/mdl=ON'");
  }
}

void MySqlChecks::check_digest_table() {
  std::uint64_t used = 0;
  std::uint64_t others = 0;
  std::uint64_t cut = 0;
  session_.query(
      "SELECT COUNT(*), SUM(IF(DIGEST IS NULL, COUNT_STAR, 0)) FROM "
      "performance_schema.events_statements_summary_by_digest",
      {}, [&](const Row& row) {
        used = row.integer(0).value_or(0);
        others = row.integer(1).value_or(0);
      });
  const std::uint64_t length =
      std::min(number("max_digest_length"), number("performance_schema_max_digest_length"));
  session_.query(
      "SELECT DIGEST_TEXT FROM performance_schema.events_statements_summary_by_digest WHERE "
      "LENGTH(DIGEST_TEXT) > " +
          std::to_string(length / 2),
      {}, [&](const Row& row) {
        const std::string_view text = row.text(0).value_or("");
        const bool own = text.find(kOwnMarkInDigest) != std::string_view::npos;
        cut += !own && is_cut_digest(text, length) ? 1U : 0U;
      });
  const std::uint64_t size = number("performance_schema_digests_size");
  const std::string room = fmt::format("digest table has room ({} of {} entries used)", used, size);
  if (others == 0) {
    add(State::Ok, room);
  } else {
    add(State::Degraded, room,
        fmt::format("{} executions are other queries, whatever they were", others),
        fmt::format(
            "TRUNCATE TABLE performance_schema.events_statements_summary_by_digest;\n"
            "-- my.cnf, under [mysqld]: performance_schema_digests_size={}\n-- then restart the "
            "server",
            std::max<std::uint64_t>(size * 2, 10'000)));
  }
  const std::string whole = fmt::format("statement texts are whole (max_digest_length {})", length);
  if (cut == 0) {
    add(State::Ok, whole);
  } else {
    add(State::Degraded, whole,
        fmt::format("{} texts are cut: statements that differ behind the cut are one", cut),
        fmt::format("-- my.cnf, under [mysqld]: max_digest_length={0}\n-- my.cnf, under [mysqld]: "
                    "performance_schema_max_digest_length={0}\n-- then restart the server",
                    std::max<std::uint64_t>(length * 4, 4096)));
  }
}

void MySqlChecks::check_slow_log() {
  const std::string what = "slow query log is on";
  if (setting("slow_query_log") != "ON") {
    add(State::Degraded, what, "samples with values, query tags, and who ran what when",
        set("slow_query_log", "ON"));
  } else {
    add(State::Ok, what);
    check_slow_log_destination();
  }
  check_slow_log_contents();
}

void MySqlChecks::check_slow_log_destination() {
  const std::string output = setting("log_output");
  const std::string what = fmt::format("slow query log goes to where it can be read ({})", output);
  if (output.find("NONE") != std::string::npos) {
    add(State::Degraded, what, "the slow query log is thrown away", set("log_output", "'FILE'"));
    return;
  }
  if (output.find("FILE") != std::string::npos) {
    add(State::Ok, fmt::format("{}: {}", what, setting("slow_query_log_file")));
  }
  if (output.find("TABLE") != std::string::npos) {
    check_table("mysql.slow_log", State::Degraded, "the slow query log");
  }
}

void MySqlChecks::check_slow_log_contents() {
  const std::string value = setting("long_query_time");
  const double seconds = value.empty() ? 0 : std::strtod(value.c_str(), nullptr);
  const std::string limit =
      fmt::format("statements of 1 s are logged (long_query_time {:g})", seconds);
  if (seconds <= 1) {
    add(State::Ok, limit);
  } else {
    add(State::Degraded, limit,
        fmt::format("samples of statements that take less than {:g} s", seconds),
        set("long_query_time", "1"));
  }
  if (is_mysql_ && setting("log_slow_extra") == "OFF") {
    add(State::Degraded, "slow query log tells errors and bytes (log_slow_extra)",
        "which logged statements failed, and why", set("log_slow_extra", "ON"));
  }
  if (number("log_slow_rate_limit") > 1) {
    add(State::Degraded, "every slow statement is logged (log_slow_rate_limit)",
        fmt::format("all but one of {} slow statements", number("log_slow_rate_limit")),
        set("log_slow_rate_limit", "1"));
  }
  const std::string unindexed =
      "log is not flooded by fast statements without an index "
      "(log_queries_not_using_indexes)";
  if (setting("log_queries_not_using_indexes") == "ON" &&
      number("log_throttle_queries_not_using_indexes") == 0) {
    add(State::Degraded, unindexed, "nothing, but the log may become large",
        is_mysql_ ? set("log_throttle_queries_not_using_indexes", "60")
                  : set("log_queries_not_using_indexes", "OFF"));
  } else {
    add(State::Ok, unindexed);
  }
}

}  // namespace

std::vector<ServerCheck> check_mysql_server(Session& session) { return MySqlChecks(session).run(); }

}  // namespace unjam
