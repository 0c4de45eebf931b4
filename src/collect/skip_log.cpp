#include "collect/skip_log.h"

#include <cstddef>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kSampleBytes = 200;

/// Bytes outside ASCII are escaped as well: the sample may end inside a character, or hold bytes
/// that a terminal obeys.
std::string escape_for_terminal(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '\\') {
      text += "\\\\";
    } else if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

}  // namespace

void SkipLog::add(std::string_view reason, std::string_view bytes) {
  const auto [entry, is_new] = reasons_.try_emplace(std::string(reason));
  ++entry->second.count;
  if (is_new) {
    entry->second.sample = escape_for_terminal(bytes.substr(0, kSampleBytes));
  }
}

void add_skipped(const std::map<std::string, Skipped>& now,
                 const std::map<std::string, Skipped>& before, std::map<std::string, Skipped>& to) {
  for (const auto& [reason, skipped] : now) {
    const auto known = before.find(reason);
    const std::uint64_t count = skipped.count - (known == before.end() ? 0 : known->second.count);
    if (count > 0) {
      Skipped& sum = to[reason];
      if (sum.count == 0) {
        sum.sample = skipped.sample;
      }
      sum.count += count;
    }
  }
}

}  // namespace unjam
