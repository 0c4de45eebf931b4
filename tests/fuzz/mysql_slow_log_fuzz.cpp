#include "fuzz/mysql_window_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using unjam::Dialect;
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  constexpr Dialect kDialects[] = {Dialect::MySql, Dialect::MySqlAnsi, Dialect::MariaDb};
  const Dialect dialect = kDialects[size % 3];
  unjam::fuzz::check_windows(
      [dialect] {
        return unjam::make_log_reader({unjam::LogFormat::MySqlSlow, dialect, std::nullopt}, {});
      },
      log);
  unjam::detect_log_format(log);
  unjam::fuzz::require(!unjam::describe_unknown_format(log).empty(), "every head is described");
  return 0;
}
