// The `# User@Host:` value: who sent a statement. Few different ones fill a log, so splits are
// remembered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unjam {

/// Views into the value that was parsed; empty: not told.
struct MySqlUserHost {
  std::string_view user, host;
  std::optional<std::uint64_t> thread_id;
};

/// `priv_user[user] @ host [ip]  Id: 17`; any part may be missing.
MySqlUserHost parse_user_host(std::string_view value);

/// parse_user_host with a memory. Not thread-safe.
class MySqlUserHostParser {
 public:
  MySqlUserHost parse(std::string_view value);
  /// The same for a value that ends with its last `]`, so without Id.
  MySqlUserHost parse_names(std::string_view names);

 private:
  struct Part {
    std::uint8_t begin = 0;
    std::uint8_t size = 0;
  };
  struct Known {
    std::uint8_t size = 0;  ///< 0: free.
    Part user, host;
    std::array<char, 100> text;
  };
  std::array<Known, 128> known_{};
};

}  // namespace unjam
