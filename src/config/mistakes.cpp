#include "config/mistakes.h"

#include "unjam/base/error.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace unjam {

void Mistakes::add(std::string_view file, std::size_t line, std::string_view message) {
  mistakes_.push_back({std::string(file), line, std::string(message)});
}

std::vector<std::string> Mistakes::lines() const {
  std::vector<Mistake> sorted = mistakes_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  std::vector<std::string> result;
  result.reserve(sorted.size());
  for (const Mistake& mistake : sorted) {
    result.push_back(mistake.line == 0
                         ? fmt::format("{}: {}", mistake.file, mistake.message)
                         : fmt::format("{}:{}: {}", mistake.file, mistake.line, mistake.message));
  }
  return result;
}

void Mistakes::throw_if_any() const {
  if (mistakes_.empty()) {
    return;
  }
  std::string message;
  if (mistakes_.size() > 1) {
    message = fmt::format("{} mistakes in the rules: ", mistakes_.size());
  }
  throw Error(ErrorKind::Usage, message + fmt::format("{}", fmt::join(lines(), "; ")));
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  const bool cut = text.size() > kLongest;
  std::string result = "'";
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  if (cut) {
    // A character may have been cut in two: drop its first part.
    while (!result.empty() && (static_cast<unsigned char>(result.back()) & 0xc0) == 0x80) {
      result.pop_back();
    }
    if ((static_cast<unsigned char>(result.back()) & 0x80) != 0) {
      result.pop_back();
    }
    result += "...";
  }
  return result + "'";
}

}  // namespace unjam
