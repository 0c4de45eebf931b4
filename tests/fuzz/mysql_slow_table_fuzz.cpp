#include "fuzz/mysql_window_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unjam::fuzz::check_windows(
      [] {
        return unjam::make_log_reader(
            {unjam::LogFormat::MySqlSlowTable, unjam::Dialect::MySql, std::nullopt}, {});
      },
      {reinterpret_cast<const char*>(data), size});
  return 0;
}
