#include "app/output.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace unjam {
namespace {

void check(bool written) {
  if (written) {
    return;
  }
  if (errno == EPIPE) {
    // The reader has seen enough (`| head`): nobody is left to tell.
    std::_Exit(0);
  }
  throw Error(ErrorKind::Unreachable,
              fmt::format("cannot write standard output: {}; free space or write elsewhere",
                          std::generic_category().message(errno)));
}

}  // namespace

void write_output(std::string_view text) {
  check(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void flush_output() { check(std::fflush(stdout) == 0); }

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Usage:
    case ErrorKind::Unsupported:
      return 2;
    case ErrorKind::Unreachable:
    case ErrorKind::Denied:
    case ErrorKind::Corrupt:
      return 3;
  }
  return 4;
}

void report_failure(std::string_view message) {
  std::string line = "unjam: ";
  for (const char c : message) {
    line += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace unjam
