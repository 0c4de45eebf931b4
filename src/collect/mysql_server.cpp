#include "collect/mysql_server.h"

#include "unjam/base/error.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

[[noreturn]] void unsupported(const std::string& message) {
  throw Error(ErrorKind::Unsupported, message);
}

TimePoint time_of(const Row& row, std::size_t column) {
  const auto at = parse_time(row.text(column).value_or(""));
  if (!at) {
    unsupported("the server does not tell its time");
  }
  return *at;
}

/// 'name'@'host' of "name@host", where either may hold any character.
std::string quote_account(std::string_view account) {
  const std::size_t at = account.rfind('@');
  std::string quoted;
  for (const std::string_view part :
       {account.substr(0, at),
        at == std::string_view::npos ? std::string_view("%") : account.substr(at + 1)}) {
    quoted += quoted.empty() ? "'" : "@'";
    for (const char c : part) {
      quoted += c == '\'' ? "''" : std::string(1, c);
    }
    quoted += '\'';
  }
  return quoted;
}

}  // namespace

TimePoint read_server_time(Session& session) {
  TimePoint now;
  session.query("SELECT NOW(6)", {}, [&](const Row& row) { now = time_of(row, 0); });
  return now;
}

TimePoint read_server_start(Session& session) {
  // One statement has one time, so that the difference does not waver.
  const std::string sql =
      session.version().engine == Engine::MariaDb
          ? "SELECT NOW(), VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
            "WHERE VARIABLE_NAME = 'UPTIME'"
          : "SELECT NOW(), VARIABLE_VALUE FROM performance_schema.global_status "
            "WHERE VARIABLE_NAME = 'Uptime'";
  TimePoint start;
  session.query(sql, {}, [&](const Row& row) {
    start = time_of(row, 0) -
            std::chrono::seconds(static_cast<std::int64_t>(row.integer(1).value_or(0)));
  });
  return start;
}

DigestSettings read_digest_settings(Session& session) {
  const ServerVersion& version = session.version();
  const bool is_mariadb = version.engine == Engine::MariaDb;
  if (version.number < (is_mariadb ? 100600 : 80000)) {
    unsupported(
        fmt::format("{} is too old for statement counters: unjam reads those of MySQL 8.0 "
                    "and MariaDB 10.6 or newer; its slow log can be watched",
                    version.text));
  }
  bool on = false;
  session.query("SELECT @@global.performance_schema", {},
                [&](const Row& row) { on = row.integer(0) == 1U; });
  if (!on) {
    unsupported(
        "performance_schema is off, so the server counts no statements; set performance_schema=ON "
        "under [mysqld] in my.cnf and restart the server");
  }
  DigestSettings settings;
  session.query(
      "SELECT @@global.performance_schema_digests_size, @@global.max_digest_length, "
      "@@global.performance_schema_max_digest_length",
      {}, [&](const Row& row) {
        settings.size = row.integer(0).value_or(0);
        settings.text_length = std::min(row.integer(1).value_or(0), row.integer(2).value_or(0));
      });
  if (settings.size == 0 || settings.text_length == 0) {
    unsupported(
        "performance_schema keeps no digests; set performance_schema_digests_size=10000, "
        "max_digest_length=4096 and performance_schema_max_digest_length=4096 under [mysqld] in "
        "my.cnf and restart the server");
  }
  try {
    session.query("SELECT 1 FROM performance_schema.events_statements_summary_by_digest LIMIT 1",
                  {}, [](const Row& /*row*/) {});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Denied) {
      throw;
    }
    throw Error(ErrorKind::Denied,
                fmt::format("cannot read the server's statement counters; run {}",
                            grant_select(session,
                                         "performance_schema.events_statements_summary_by_"
                                         "digest")));
  }
  std::string off;
  try {
    session.query(
        "SELECT NAME FROM performance_schema.setup_consumers WHERE ENABLED = 'NO' AND NAME IN "
        "('global_instrumentation', 'thread_instrumentation', 'statements_digest')",
        {}, [&](const Row& row) { off = row.text(0).value_or(""); });
  } catch (const Error& error) {
    // Then nobody can tell; `doctor` names the missing right.
    if (error.kind() != ErrorKind::Denied) {
      throw;
    }
  }
  if (!off.empty()) {
    unsupported(fmt::format(
        "performance_schema's consumer {0} is off, so the server counts no statements; run UPDATE "
        "performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = '{0}', and set "
        "performance_schema_consumer_{0}=ON under [mysqld] in my.cnf to keep it on",
        off));
  }
  return settings;
}

std::uint64_t uncounted_executions(Session& session) {
  std::uint64_t executions = 0;
  if (session.version().engine == Engine::MariaDb) {
    session.query(
        "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "
        "'COM_STMT_EXECUTE'",
        {}, [&](const Row& row) { executions = row.integer(0).value_or(0); });
  }
  return executions;
}

bool is_cut_digest(std::string_view digest_text, std::uint64_t text_length) {
  constexpr std::uint64_t kCommonToken = 24;
  std::uint64_t bytes = 0;
  std::size_t at = 0;
  while (at < digest_text.size()) {
    if (digest_text[at] == ' ') {
      ++at;
      continue;
    }
    const bool name = digest_text[at] == '`';
    std::size_t end = digest_text.find(name ? '`' : ' ', at + 1);
    end = std::min(end, digest_text.size());
    bytes += name ? 4 + (end - at - 1) : 2;
    at = name ? end + 1 : end;
  }
  return bytes + kCommonToken > text_length;
}

std::string grant_select(Session& session, std::string_view table) {
  std::string account;
  session.query("SELECT CURRENT_USER()", {},
                [&](const Row& row) { account = row.text(0).value_or(""); });
  return fmt::format("GRANT SELECT ON {} TO {}", table, quote_account(account));
}

std::string sql_literal(std::string_view text) {
  std::string literal = "_utf8mb4 X'";
  for (const char c : text) {
    literal += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  literal += '\'';
  return literal;
}

}  // namespace unjam
