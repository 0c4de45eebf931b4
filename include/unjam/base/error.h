// The one exception type of unjam. Drivers, readers and configuration throw it; three places catch
// it: the collector loop, the HTTP handler and main.
#pragma once

#include <stdexcept>
#include <string>

namespace unjam {

/// What a caller can do about a failure. A new kind is added when a caller reacts differently.
enum class ErrorKind {
  Usage,        ///< The command line or configuration is wrong; exit code 2.
  Unreachable,  ///< Could not be read or connected to now; the only kind worth retrying. Exit
                ///< code 3.
  Denied,       ///< Permission is missing. Exit code 3.
  Unsupported,  ///< Input of a kind that unjam does not understand. Exit code 2.
  Corrupt,      ///< Damaged beyond what a reader can skip (a broken .gz stream). Exit code 3.
};

/// Thread-safe to copy. `what()` is one line: what failed, on what, why, and the remedy.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace unjam
