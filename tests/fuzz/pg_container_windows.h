// For fuzz targets: a container reader must deliver the same through windows of any size.
#pragma once

#include "collect/pg_containers.h"
#include "unit/collect/pg_container_check.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace unjam {

/// Aborts when what is delivered differs. The first byte of the input picks the windows' size.
inline void check_container(const MakeReader& make, const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] + text.size() / 64;
  const Delivered whole = read_whole(make, text);
  if (read_in_windows(make, text, step) != whole) {
    std::abort();
  }
  read_whole(make, text, true);
  const auto reader = make(ReaderOptions{}, true);
  if (const std::size_t found = reader->find_record(text);
      found != std::string_view::npos && found >= text.size()) {
    std::abort();
  }
}

}  // namespace unjam
