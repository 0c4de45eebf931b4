// Statement text and its identity: dialects, fingerprints and their ids.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

/// How statement text is read. `MySqlAnsi` is MySQL with sql_mode ANSI_QUOTES: "x" is a name.
enum class Dialect : std::uint8_t { MySql, MySqlAnsi, MariaDb, PostgreSql };

/// "mysql", "mysql-ansi", "mariadb", "postgresql".
std::string_view to_string(Dialect dialect);
std::optional<Dialect> parse_dialect(std::string_view name);

/// XXH3-64 of the fingerprint text: the same statement has the same id in every release and on
/// every machine, whatever source it was read from. The dialect is not part of it.
struct FingerprintId {
  std::uint64_t value = 0;
  // clang-tidy 14 takes a 0 of the generated code for a pointer.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  auto operator<=>(const FingerprintId&) const = default;
  /// 16 lower-case hex digits.
  std::string hex() const;
};

FingerprintId fingerprint_id(std::string_view fingerprint_text);

/// Statement text without literals, comments or accidental spelling. Safe to store and print.
struct Fingerprint {
  FingerprintId id;
  std::string text;
};

}  // namespace unjam

template <>
struct std::hash<unjam::FingerprintId> {
  std::size_t operator()(unjam::FingerprintId id) const noexcept { return id.value; }
};
