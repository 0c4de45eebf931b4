#include "collect/pg_tabbed_text.h"

#include "collect/byte_search.h"

#include <bit>
#include <cstdint>

namespace unjam {

TabbedText::Lines TabbedText::take_lines(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  char* to = end_;
  bool continued = false;
  while (true) {
    std::uint32_t feeds = 0;
    while (at < end && (feeds = copy_32<'\n'>(at, to)) == 0) {
      at += 32;
      to += 32;
    }
    const int line = std::countr_zero(feeds) + 1;
    at += line;
    to += line;
    if (at >= end) {
      return {};
    }
    if (*at != '\t') {
      return {static_cast<std::size_t>(at - bytes.data()), continued,
              static_cast<std::size_t>(to - end_ - 1)};
    }
    ++at;
    continued = true;
  }
}

}  // namespace unjam
