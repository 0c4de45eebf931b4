// UTF-8 (RFC 3629), total on any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unjam {

/// Length of the valid sequence at the front of `text`; 0 if there is none. Overlong forms,
/// surrogates and values above U+10FFFF are not valid. `text` is not empty.
std::size_t utf8_length(std::string_view text);

/// Writes `code_point`, at most U+10FFFF, in 1 to 4 bytes and returns the place behind it.
char* put_utf8(std::uint32_t code_point, char* to);

}  // namespace unjam
