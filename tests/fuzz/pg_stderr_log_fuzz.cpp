// PostgreSQL text logs: any bytes as prefix lines, as a log with a detected prefix, and as a
// prefix.
#include "collect/pg_prefix.h"
#include "collect/pg_stderr_log.h"
#include "fuzz/pg_log_windows.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unjam;
  constexpr std::size_t kLongest = 16 * 1024;  // Small windows make this quadratic.
  const std::string log(reinterpret_cast<const char*>(data), std::min(size, kLongest));
  for (const std::string_view prefix : {"%m [%p] %q%u@%d ", "%p ", "%t:%r:%u@%d:[%p]:"}) {
    check_windows([prefix] { return make_pg_stderr_reader(prefix, {}, false); }, log);
  }
  const auto detected = detect_log_line_prefix(log);
  if (detected) {
    check_windows([&detected] { return make_pg_stderr_reader(*detected, {}, true); }, log);
  }
  // The first line as a prefix for the rest.
  const std::size_t feed = log.find('\n');
  if (feed != std::string::npos && feed < 64) {
    const std::string prefix = log.substr(0, feed);
    check_windows([&prefix] { return make_pg_stderr_reader(prefix, {}, false); },
                  std::string_view(log).substr(feed + 1));
  }
  return 0;
}
