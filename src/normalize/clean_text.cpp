#include "normalize/clean_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace unjam::normalize {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Length of the UTF-8 sequence at the start of `text`; 0 when it is broken or a C1 control.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t index) -> std::uint32_t {
    return static_cast<unsigned char>(text[index]);
  };
  const std::uint32_t lead = byte(0);
  const std::size_t length = lead < 0x80U                     ? 1
                             : lead >= 0xc2U && lead < 0xe0U  ? 2
                             : lead >= 0xe0U && lead < 0xf0U  ? 3
                             : lead >= 0xf0U && lead <= 0xf4U ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) {
      return 0;
    }
  }
  const std::uint32_t second = length > 1 ? byte(1) : 0;
  const bool control = lead == 0xc2U && second < 0xa0U;
  const bool overlong = (lead == 0xe0U && second < 0xa0U) || (lead == 0xf0U && second < 0x90U);
  const bool surrogate = lead == 0xedU && second >= 0xa0U;
  const bool beyond = lead == 0xf4U && second >= 0x90U;
  return control || overlong || surrogate || beyond ? 0 : length;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || static_cast<unsigned char>(c) == 0x7fU;
}

std::string clean(std::string_view text, std::string_view kept_controls) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      result += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    const bool blank = is_control(text[0]) && kept_controls.find(text[0]) == std::string_view::npos;
    result += blank ? std::string_view(" ") : text.substr(0, length);
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace

bool is_clean(std::string_view text) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (std::all_of(text.begin(), text.end(), plain)) {
    return true;
  }
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0 || is_control(text[0])) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

std::string clean_text(std::string_view text) { return clean(text, {}); }

std::string clean_lines(std::string_view text) { return clean(text, "\n\t"); }

}  // namespace unjam::normalize
