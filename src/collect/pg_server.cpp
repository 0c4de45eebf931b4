#include "collect/pg_server.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace unjam {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    result += c;
    if (c == quote) {
      result += c;
    }
  }
  return result + quote;
}

}  // namespace

std::string pg_name(std::string_view name) { return quoted(name, '"'); }

std::string pg_literal(std::string_view value) { return quoted(value, '\''); }

std::string pg_add_library(std::string_view name, std::string_view libraries,
                           std::string_view library) {
  constexpr std::string_view kNoName = ", \t\"";
  std::string list;
  while (true) {
    libraries.remove_prefix(std::min(libraries.find_first_not_of(kNoName), libraries.size()));
    if (libraries.empty()) {
      break;
    }
    const std::size_t end = std::min(libraries.find_first_of(kNoName), libraries.size());
    list += pg_literal(libraries.substr(0, end)) + ", ";
    libraries.remove_prefix(end);
  }
  return fmt::format("ALTER SYSTEM SET {} = {}{};", name, list, pg_literal(library));
}

std::optional<PgStatements> find_pg_statements(Session& session) {
  std::optional<PgStatements> found;
  session.query(
      "SELECT n.nspname, e.extversion FROM pg_catalog.pg_extension e "
      "JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace "
      "WHERE e.extname = 'pg_stat_statements'",
      {}, [&](const Row& row) {
        found.emplace();
        found->schema = pg_name(row.text(0).value_or(""));
        std::string_view version = row.text(1).value_or("");
        version.remove_prefix(std::min(version.find('.'), version.size()));
        if (!version.empty()) {
          std::from_chars(version.data() + 1, version.data() + version.size(), found->version);
        }
      });
  return found;
}

std::optional<std::string> pg_setting(Session& session, std::string_view name) {
  std::optional<std::string> value;
  const std::array parameters{std::string(name)};
  // Unlike SHOW and current_setting(), the view leaves out what we may not see.
  session.query("SELECT setting FROM pg_catalog.pg_settings WHERE name = $1", parameters,
                [&](const Row& row) { value = row.text(0).value_or(""); });
  return value;
}

std::string pg_statements_installation(Session& session) {
  std::string statements;
  // The module's settings exist only when it is loaded.
  if (!pg_setting(session, "pg_stat_statements.max")) {
    const auto libraries = pg_setting(session, "shared_preload_libraries");
    statements =
        pg_add_library("shared_preload_libraries", libraries.value_or(""), "pg_stat_statements") +
        (libraries ? "" : " -- and what is in it already") + "\n-- then restart the server\n";
  }
  if (!find_pg_statements(session)) {
    statements += "CREATE EXTENSION pg_stat_statements;";
  }
  while (statements.ends_with('\n')) {
    statements.pop_back();
  }
  return statements;
}

}  // namespace unjam
