// Any bytes are a configuration or a list of mistakes, each on one line; never anything else.
#include "config/parse_config.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unjam;
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text.push_back(static_cast<char>(data[i]));
  }
  const CheckedConfig checked = parse_config({"c", text}, Secrets::Skip);
  for (const std::vector<std::string>& lines : {checked.mistakes, checked.warnings}) {
    for (const std::string& line : lines) {
      if (line.find('\n') != std::string::npos) {
        std::fprintf(stderr, "more than one line: %s\n", line.c_str());
        std::abort();
      }
    }
  }
  if (checked.mistakes.empty() && checked.config.targets.empty()) {
    std::fprintf(stderr, "nothing to watch, and nothing said\n");
    std::abort();
  }
  return 0;
}
