// Any bytes, through windows of any size: no crash, and the windows do not change what is
// delivered.
#include "fuzz/pg_container_windows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  unjam::check_container(unjam::make_pg_cloudsql_reader, data, size);
  unjam::check_container(unjam::make_pg_cnpg_reader, data, size);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  unjam::looks_like_pg_cloudsql(text);
  unjam::looks_like_pg_cnpg(text);
  return 0;
}
