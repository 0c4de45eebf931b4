#include "drivers/one_line.h"

#include "unjam/base/utf8.h"

namespace unjam {

std::string one_line(std::string_view text) {
  constexpr std::size_t kMost = 300;
  std::string line;
  while (!text.empty() && line.size() < kMost) {
    const std::size_t length = utf8_length(text);
    const auto c = static_cast<unsigned char>(text.front());
    if (length == 0 || c < 0x20 || c == 0x7f) {
      if (!line.ends_with(' ')) {
        line += ' ';
      }
    } else {
      line += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  while (line.ends_with(' ') || line.ends_with('.')) {
    line.pop_back();
  }
  return line;
}

}  // namespace unjam
