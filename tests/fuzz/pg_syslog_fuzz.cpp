// PostgreSQL messages in syslog files: any bytes.
#include "collect/pg_syslog.h"
#include "fuzz/pg_log_windows.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unjam;
  constexpr std::size_t kLongest = 16 * 1024;  // Small windows make this quadratic.
  const std::string log(reinterpret_cast<const char*>(data), std::min(size, kLongest));
  for (const std::string_view prefix : {"%m [%p] %q%u@%d ", "%q%u@%d ", ""}) {
    check_windows([prefix] { return make_pg_syslog_reader(prefix, {}, false); }, log);
  }
  const auto detected = detect_pg_syslog_prefix(log);
  if (detected) {
    check_windows([&detected] { return make_pg_syslog_reader(*detected, {}, true); }, log);
  }
  return 0;
}
