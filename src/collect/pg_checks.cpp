// What `unjam doctor` asks of PostgreSQL. Each answer says what is lost and the exact statements
// that mend it.

#include "collect/pg_server.h"
#include "collect/server_checks.h"
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

constexpr std::string_view kReload = "SELECT pg_reload_conf();";
constexpr std::string_view kRestart = "-- then restart the server";
/// Time, process, user, database and SQLSTATE: unjam reads all of them.
constexpr std::string_view kPrefix = "%m [%p] %q%u@%d %e ";

class PgChecks {
 public:
  explicit PgChecks(Session& session) : session_(session) {}

  std::vector<ServerCheck> run() {
    read_server();
    const bool counts = check_version();
    check_roles();
    if (counts && check_extension()) {
      check_entries();
      check_size();
    }
    check_settings();
    check_log();
    return std::move(checks_);
  }

 private:
  void read_server();
  bool check_version();
  bool check_extension();
  void check_entries();
  void check_size();
  void check_settings();
  void check_roles();
  void check_log();
  void check_prefix();

  void add(State state, std::string what, std::string lost = {}, std::string mend = {}) {
    checks_.push_back({state, std::move(what), std::move(lost), std::move(mend)});
  }
  void check(bool good, State without, std::string what, std::string lost, std::string mend) {
    if (good) {
      add(State::Ok, std::move(what));
    } else {
      add(without, std::move(what), std::move(lost), std::move(mend));
    }
  }

  /// A setting's value; empty when the server has no such setting, or hides it.
  std::string setting(const std::string& name) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? std::string() : found->second;
  }
  std::int64_t number(const std::string& name) const {
    return std::strtoll(setting(name).c_str(), nullptr, 10);
  }
  static std::string set(std::string_view name, std::string_view value) {
    return fmt::format("ALTER SYSTEM SET {} = {};\n{}", name, pg_literal(value), kReload);
  }
  /// Runs `sql` if we may; false when a right or a thing is missing.
  bool ask(const std::string& sql, const std::function<void(const Row&)>& use) {
    try {
      session_.query(sql, {}, use);
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::Unreachable) {
        throw;
      }
      return false;
    }
  }

  Session& session_;
  std::map<std::string, std::string> settings_;
  std::string role_;
  std::string database_;
  bool reads_statistics_ = false;
  bool monitors_ = false;
  std::optional<PgStatements> statements_;
  std::vector<ServerCheck> checks_;
};

void PgChecks::read_server() {
  session_.query(
      "SELECT name, setting FROM pg_catalog.pg_settings WHERE name LIKE 'pg_stat_statements.%' OR "
      "name LIKE 'auto_explain.%' OR name IN ('shared_preload_libraries', "
      "'session_preload_libraries', 'compute_query_id', 'track_io_timing', "
      "'log_min_duration_statement', 'log_lock_waits', 'log_temp_files', 'log_line_prefix', "
      "'log_destination', 'logging_collector', 'deadlock_timeout')",
      {}, [&](const Row& row) {
        settings_.emplace(row.text(0).value_or(""), row.text(1).value_or(""));
      });
  // "USAGE": a role that does not inherit would have to SET ROLE, which unjam does not.
  session_.query(
      "SELECT current_user, current_database(), pg_has_role('pg_read_all_stats', 'USAGE'), "
      "pg_has_role('pg_monitor', 'USAGE')",
      {}, [&](const Row& row) {
        role_ = row.text(0).value_or("");
        database_ = row.text(1).value_or("");
        reads_statistics_ = row.text(2) == "t";
        monitors_ = row.text(3) == "t";
      });
  statements_ = find_pg_statements(session_);
}

bool PgChecks::check_version() {
  const bool good = session_.version().number >= 130000;
  check(
      good, State::Missing, "counts statements (PostgreSQL 13 or newer)",
      fmt::format("all counters: this is {}; only its log can be watched", session_.version().text),
      "upgrade the server");
  return good;
}

bool PgChecks::check_extension() {
  constexpr std::string_view kLost = "calls and times of all statements";
  const bool loaded = settings_.contains("pg_stat_statements.max");
  const std::string preload =
      settings_.contains("shared_preload_libraries")
          ? fmt::format("{}\n{}",
                        pg_add_library("shared_preload_libraries",
                                       setting("shared_preload_libraries"), "pg_stat_statements"),
                        kRestart)
          : fmt::format(
                "GRANT pg_monitor TO {};\n-- then ask again: unjam may not see which "
                "libraries have to stay",
                pg_name(role_));
  check(loaded, State::Missing, "pg_stat_statements is loaded (shared_preload_libraries)",
        std::string(kLost), preload);
  check(statements_.has_value(), State::Missing,
        fmt::format("pg_stat_statements is created in database {}", database_), std::string(kLost),
        fmt::format("\\connect {}\nCREATE EXTENSION pg_stat_statements;", pg_name(database_)));
  if (!statements_) {
    return false;
  }
  check(statements_->version >= 8, State::Missing,
        fmt::format("pg_stat_statements has columns of PostgreSQL 13 or newer (1.{})",
                    statements_->version),
        std::string(kLost), "ALTER EXTENSION pg_stat_statements UPDATE;");
  return loaded && statements_->version >= 8;
}

void PgChecks::check_entries() {
  const std::string what = "reads " + statements_->schema + ".pg_stat_statements";
  std::uint64_t hidden = 0;
  const bool reads =
      ask(fmt::format("SELECT count(*) FROM {}.pg_stat_statements(false) WHERE queryid IS NULL",
                      statements_->schema),
          [&](const Row& row) { hidden = row.integer(0).value_or(0); });
  const std::string name = pg_name(role_);
  if (!reads) {
    add(State::Missing, what, "calls and times of all statements",
        fmt::format(
            "GRANT USAGE ON SCHEMA {0} TO {1};\nGRANT SELECT ON ALL TABLES IN SCHEMA {0} TO "
            "{1};\nGRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {0} TO {1};",
            statements_->schema, name));
    return;
  }
  add(State::Ok, what);
  check(reads_statistics_, State::Missing, "reads what other roles execute (pg_read_all_stats)",
        fmt::format("statements of every role but {}: {} entries are hidden now", role_, hidden),
        fmt::format("GRANT pg_read_all_stats TO {};", name));
}

void PgChecks::check_size() {
  std::uint64_t evictions = 0;
  if (statements_->version >= 9) {
    ask(fmt::format("SELECT dealloc FROM {}.pg_stat_statements_info", statements_->schema),
        [&](const Row& row) { evictions = row.integer(0).value_or(0); });
  }
  const std::int64_t maximum = number("pg_stat_statements.max");
  check(evictions == 0, State::Degraded,
        fmt::format("pg_stat_statements has room for all statements (pg_stat_statements.max {})",
                    maximum),
        fmt::format("the least used entries, with what they counted: evicted {} times since the "
                    "last reset",
                    evictions),
        fmt::format("ALTER SYSTEM SET pg_stat_statements.max = {};\n{}", maximum * 2, kRestart));
}

void PgChecks::check_settings() {
  if (settings_.contains("pg_stat_statements.track")) {
    const std::string track = setting("pg_stat_statements.track");
    check(track != "none", State::Missing,
          fmt::format("statements are tracked (pg_stat_statements.track {})", track),
          "calls and times of all statements", set("pg_stat_statements.track", "top"));
    check(setting("pg_stat_statements.track_utility") == "on", State::Degraded,
          "utility statements are tracked (pg_stat_statements.track_utility)",
          "DDL, COPY, VACUUM, COMMIT and the like", set("pg_stat_statements.track_utility", "on"));
  }
  if (settings_.contains("compute_query_id")) {
    check(setting("compute_query_id") != "off", State::Missing,
          fmt::format("statements have an identity (compute_query_id {})",
                      setting("compute_query_id")),
          "calls and times of all statements", set("compute_query_id", "auto"));
  }
  check(setting("track_io_timing") == "on", State::Degraded, "reads are timed (track_io_timing)",
        "how much of a statement's time is reading from disk, in plans and statistics",
        set("track_io_timing", "on"));
}

void PgChecks::check_roles() {
  check(monitors_, State::Degraded, "sees settings and sessions of all roles (pg_monitor)",
        "what other roles' sessions run and wait for, and some settings",
        fmt::format("GRANT pg_monitor TO {};", pg_name(role_)));
}

void PgChecks::check_log() {
  const std::int64_t least = number("log_min_duration_statement");
  check(least >= 0 && least <= 1000, State::Degraded,
        fmt::format("statements of 1 s are logged (log_min_duration_statement {})",
                    least < 0 ? "off" : fmt::format("{} ms", least)),
        "samples with values, query tags, and who ran what when",
        set("log_min_duration_statement", "1s"));
  check(setting("log_lock_waits") == "on", State::Degraded,
        fmt::format("waits for locks longer than deadlock_timeout ({} ms) are logged "
                    "(log_lock_waits)",
                    setting("deadlock_timeout")),
        "past waits for locks: who waited for whom", set("log_lock_waits", "on"));
  check(number("log_temp_files") >= 0, State::Degraded,
        "temporary files are logged (log_temp_files)", "statements that sort or hash on disk",
        set("log_temp_files", "10MB"));
  check(settings_.contains("auto_explain.log_min_duration") &&
            number("auto_explain.log_min_duration") >= 0,
        State::Degraded, "plans of slow statements are logged (auto_explain)",
        "plans as they really ran",
        fmt::format("LOAD 'auto_explain';\n{}\nALTER SYSTEM SET auto_explain.log_min_duration = "
                    "'1s';\n{}",
                    pg_add_library("session_preload_libraries",
                                   setting("session_preload_libraries"), "auto_explain"),
                    kReload));
  check_prefix();
}

void PgChecks::check_prefix() {
  const std::string destination = setting("log_destination");
  if (destination.find("csvlog") != std::string::npos ||
      destination.find("jsonlog") != std::string::npos) {
    add(State::Ok, fmt::format("log tells who, where and when (log_destination {})", destination));
    return;
  }
  const std::string prefix = setting("log_line_prefix");
  const auto has = [&](std::string_view escapes) {
    return std::any_of(escapes.begin(), escapes.end(), [&](char escape) {
      return prefix.find(std::string("%") + escape) != std::string::npos;
    });
  };
  std::string lost;
  const auto need = [&](std::string_view escapes, std::string_view what) {
    if (!has(escapes)) {
      lost += fmt::format("{}{}", lost.empty() ? "" : ", ", what);
    }
  };
  // syslog writes the time and the process itself.
  if (destination.find("stderr") != std::string::npos) {
    need("mtn", "the time (%m)");
    need("pc", "which session it was (%p)");
  }
  need("u", "the user (%u)");
  need("d", "the database (%d)");
  need("e", "the SQLSTATE of errors (%e)");
  check(lost.empty(), State::Degraded,
        fmt::format("log tells who, where and when (log_line_prefix {})", pg_literal(prefix)), lost,
        set("log_line_prefix", kPrefix));
}

}  // namespace

std::vector<ServerCheck> check_postgresql_server(Session& session) {
  return PgChecks(session).run();
}

}  // namespace unjam
