// Any bytes, through windows of any size: no crash, and the windows do not change what is
// delivered.
#include "fuzz/pg_container_windows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  unjam::check_container(unjam::make_pg_csv_reader, data, size);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  unjam::looks_like_pg_csv(text);
  return 0;
}
