// Any bytes, through windows of any size: no crash, and the windows do not change what is
// delivered.
#include "collect/pg_containers.h"
#include "unit/collect/pg_container_check.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] + text.size() / 64;
  for (const unjam::MakeReader& make : {unjam::MakeReader(unjam::make_pg_cloudsql_reader),
                                        unjam::MakeReader(unjam::make_pg_cnpg_reader)}) {
    const unjam::Delivered whole = unjam::read_whole(make, text);
    if (unjam::read_in_windows(make, text, step) != whole) {
      std::abort();
    }
    unjam::read_whole(make, text, true);
    const auto reader = make(unjam::ReaderOptions{}, true);
    if (const std::size_t found = reader->find_record(text);
        found != std::string_view::npos && found >= text.size()) {
      std::abort();
    }
  }
  unjam::looks_like_pg_cloudsql(text);
  unjam::looks_like_pg_cnpg(text);
  return 0;
}
