#include "normalize/clean_text.h"

#include "unjam/base/utf8.h"

#include <algorithm>
#include <cstddef>

namespace unjam::normalize {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// As utf8_length(), but 0 for a C1 control as well.
std::size_t sequence_length(std::string_view text) {
  const bool c1_control =
      text.size() > 1 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0U;
  return c1_control ? 0 : utf8_length(text);
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
