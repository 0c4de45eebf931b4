// SHA-256 (FIPS 180-4) in Base64, to check the hashes that the HTML report's policy names.
#pragma once

#include <string>
#include <string_view>

namespace unjam {

std::string sha256_base64(std::string_view bytes);

}  // namespace unjam
