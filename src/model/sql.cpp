#include "unjam/model/sql.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace unjam {

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::MySql:
      return "mysql";
    case Dialect::MySqlAnsi:
      return "mysql-ansi";
    case Dialect::MariaDb:
      return "mariadb";
    case Dialect::PostgreSql:
      return "postgresql";
  }
  return "";
}

std::optional<Dialect> parse_dialect(std::string_view name) {
  for (const Dialect dialect :
       {Dialect::MySql, Dialect::MySqlAnsi, Dialect::MariaDb, Dialect::PostgreSql}) {
    if (name == to_string(dialect)) {
      return dialect;
    }
  }
  return std::nullopt;
}

std::string FingerprintId::hex() const { return fmt::format("{:016x}", value); }

FingerprintId fingerprint_id(std::string_view fingerprint_text) {
  return {XXH3_64bits(fingerprint_text.data(), fingerprint_text.size())};
}

}  // namespace unjam
