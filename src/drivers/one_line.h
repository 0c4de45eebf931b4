// Words of servers and libraries, as they fit into one of our messages.
#pragma once

#include <string>
#include <string_view>

namespace unjam {

/// One printable line of at most 300 bytes.
std::string one_line(std::string_view text);

}  // namespace unjam
