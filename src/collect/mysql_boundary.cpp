#include "collect/mysql_boundary.h"

#include "collect/digits.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace unjam {
namespace {

using namespace std::string_view_literals;

// Servers write Query_time among the first few lines; without bounds, hostile input could make one
// probe read the whole log, again and again.
constexpr std::size_t kProbeLines = 64;
constexpr std::ptrdiff_t kProbeBytes = std::ptrdiff_t{16} * 1024;
constexpr std::ptrdiff_t kBannerLine = std::ptrdiff_t{4} * 1024;

constexpr std::array kHeaderStarts{"# Time: "sv, "# User@Host: "sv, "# Query_time: "sv,
                                   "# Thread_id: "sv, "# Schema: "sv};

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

Probe starts_header(std::string_view text) {
  for (const std::string_view start : kHeaderStarts) {
    if (text.starts_with(start)) {
      return Probe::Yes;
    }
    if (text.size() < start.size() && start.starts_with(text)) {
      return Probe::NeedsMore;
    }
  }
  return Probe::No;
}

bool is_banner_line(std::string_view line) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line.ends_with("started with:") && line.find(", Version: ") != std::string_view::npos;
}

}  // namespace

const char* trim_line_end(const char* line, const char* next) {
  if (next > line && next[-1] == '\n') {
    --next;
  }
  if (next > line && next[-1] == '\r') {
    --next;
  }
  return next;
}

Probe probe_header(const char* line, const char* end, bool at_end, const char** stop) {
  if (stop != nullptr) {
    *stop = line + 1;
  }
  const Probe start = starts_header(view(line, std::min(end, line + 16)));
  if (start != Probe::Yes) {
    // A start that is cut by the end of the log belongs to an event nobody can read any more.
    return start == Probe::NeedsMore && at_end && line < end ? Probe::Yes : start;
  }
  const char* at = line;
  for (std::size_t lines = 0; lines < kProbeLines && at - line < kProbeBytes; ++lines) {
    const char* next = next_line(at, end);
    if (next == end && end[-1] != '\n') {
      if (at_end) {
        return Probe::Yes;
      }
      return end - line < kProbeBytes ? Probe::NeedsMore : Probe::No;
    }
    // A negative one is broken, but its event is none the less there.
    if (view(at, next).starts_with("# Query_time: ") && (is_digit(at[14]) || at[14] == '-')) {
      return Probe::Yes;
    }
    at = next;
    if (at == end) {
      return at_end ? Probe::Yes : Probe::NeedsMore;
    }
    if (*at != '#') {
      if (stop != nullptr) {
        *stop = at;
      }
      return Probe::No;
    }
  }
  return Probe::No;
}

Probe probe_banner(const char* line, const char* end, bool at_end) {
  const char* second = next_line(line, std::min(end, line + kBannerLine));
  if (second[-1] != '\n' || second == line) {
    return at_end || end - line >= kBannerLine ? Probe::No : Probe::NeedsMore;
  }
  if (!is_banner_line(view(line, second - 1))) {
    return Probe::No;
  }
  const std::array<std::string_view, 2> ports{"Tcp port: ", "TCP Port: "};
  const std::string_view rest = view(second, end);
  for (const std::string_view port : ports) {
    if (rest.size() < port.size() && port.starts_with(rest)) {
      return at_end ? Probe::Yes : Probe::NeedsMore;
    }
  }
  if (!rest.starts_with(ports[0]) && !rest.starts_with(ports[1])) {
    return Probe::No;
  }
  const char* third = next_line(second, std::min(end, second + kBannerLine));
  if (third[-1] != '\n') {
    return at_end ? Probe::Yes : end - second >= kBannerLine ? Probe::No : Probe::NeedsMore;
  }
  const std::string_view columns = view(third, end);
  if (columns.size() < 4 && std::string_view("Time").starts_with(columns)) {
    return at_end ? Probe::Yes : Probe::NeedsMore;
  }
  if (!columns.starts_with("Time")) {
    return Probe::No;
  }
  const char* behind = next_line(third, std::min(end, third + kBannerLine));
  return behind == end && end[-1] != '\n' && !at_end ? Probe::NeedsMore : Probe::Yes;
}

const char* banner_end(const char* line, const char* end) {
  const char* second = next_line(line, end);
  const char* third = next_line(second, end);
  return next_line(third, end);
}

const char* banner_begin(const char* line, const char* line_end) {
  const std::size_t version = view(line, line_end).find(", Version: ");
  if (version == std::string_view::npos) {
    return line;
  }
  const char* const name_end = line + version;
  const char* begin = name_end;
  const auto is_path = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '.' || c == '+';
  };
  while (begin > line && is_path(begin[-1])) {
    --begin;
  }
  if (begin > line && begin[-1] == '\\') {
    // A Windows path, which may hold blanks: back to its drive.
    for (const char* at = begin - 1; at > line + 1; --at) {
      if (at[0] == '\\' && at[-1] == ':') {
        return at - 2;
      }
    }
  }
  const std::string_view path = view(begin, name_end);
  if (const std::size_t slash = path.find('/'); slash != std::string_view::npos) {
    return begin + slash;
  }
  for (const std::string_view name : {"mariadbd"sv, "mysqld"sv}) {
    if (const std::size_t at = path.rfind(name); at != std::string_view::npos) {
      return begin + at;
    }
  }
  return begin;
}

Probe probe_next_event(const char* line, const char* end, bool at_end) {
  while (line < end && (*line == '\n' || *line == '\r' || *line == '\0')) {
    ++line;
  }
  if (line == end) {
    return at_end ? Probe::Yes : Probe::NeedsMore;
  }
  if (*line == '#') {
    return probe_header(line, end, at_end);
  }
  const Probe banner = probe_banner(line, end, at_end);
  // Behind half a statement, the banner does not begin here.
  const bool glued = banner == Probe::Yes && banner_begin(line, next_line(line, end)) != line;
  return glued ? Probe::No : banner;
}

std::size_t set_line_length(std::string_view text, std::optional<std::int64_t>& timestamp) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (!text.starts_with("SET ")) {
    return 0;
  }
  // The form that nearly every event has: ten digits.
  constexpr std::string_view kUsual = "SET timestamp=";
  constexpr std::size_t kLength = kUsual.size() + 12;
  if (text.size() >= kUsual.size() + 16 && std::memcmp(at, kUsual.data(), kUsual.size()) == 0) {
    const EightDigits front = read_digits(at + kUsual.size());
    const EightDigits rest = read_digits(at + kUsual.size() + 8);
    if (front.count == 8 && rest.count == 2 && at[kLength - 2] == ';' && at[kLength - 1] == '\n') {
      timestamp = static_cast<std::int64_t>(front.value * 100 + rest.value);
      return kLength;
    }
  }
  at += 4;
  while (true) {
    const std::string_view rest = view(at, end);
    bool is_timestamp = false;
    if (rest.starts_with("timestamp=")) {
      at += 10;
      is_timestamp = true;
    } else if (rest.starts_with("insert_id=")) {
      at += 10;
    } else if (rest.starts_with("last_insert_id=")) {
      at += 15;
    } else {
      return 0;
    }
    const char* const number = at;
    while (at < end && is_digit(*at)) {
      ++at;
    }
    if (at == number) {
      return 0;
    }
    if (is_timestamp && at - number <= 11) {
      std::int64_t value = 0;
      for (const char* digit = number; digit < at; ++digit) {
        value = value * 10 + (*digit - '0');
      }
      timestamp = value;
    }
    if (at < end && *at == '.') {
      ++at;
      while (at < end && is_digit(*at)) {
        ++at;
      }
    }
    if (at < end && *at == ',') {
      ++at;
      continue;
    }
    break;
  }
  if (at == end || *at != ';') {
    return 0;
  }
  ++at;
  if (at < end && *at == '\r') {
    ++at;
  }
  return at < end && *at == '\n' ? static_cast<std::size_t>(at + 1 - text.data()) : 0;
}

Probe probe_event(const char* line, const char* end, bool at_end) {
  constexpr std::ptrdiff_t kBytes = std::ptrdiff_t{64} * 1024;
  if (end - line > kBytes) {
    end = line + kBytes;
    at_end = true;
  }
  const Probe cut = at_end ? Probe::No : Probe::NeedsMore;
  while (line < end && *line == '#') {
    line = next_line(line, end);
  }
  if (line == end) {
    return cut;
  }
  if (view(line, end).starts_with("use ")) {
    line = next_line(line, end);
  }
  std::optional<std::int64_t> timestamp;
  const std::size_t length = set_line_length(view(line, end), timestamp);
  if (length == 0) {
    return line == end || (next_line(line, end) == end && end[-1] != '\n') ? cut : Probe::No;
  }
  switch (probe_next_event(line + length, end, at_end)) {
    case Probe::Yes:
      return Probe::No;
    case Probe::No:
      return Probe::Yes;
    case Probe::NeedsMore:
      return Probe::NeedsMore;
  }
  return Probe::No;
}

const char* find_hash_line(const char* begin, const char* end) {
  const char* at = begin;
#if defined(__SSE2__)
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i hash = _mm_set1_epi8('#');
  while (end - at > 16) {
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i behind = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 1));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(
        _mm_and_si128(_mm_cmpeq_epi8(here, line_feed), _mm_cmpeq_epi8(behind, hash))));
    if (found != 0) {
      return at + __builtin_ctz(found);
    }
    at += 16;
  }
#endif
  for (; at + 1 < end; ++at) {
    if (at[0] == '\n' && at[1] == '#') {
      return at;
    }
  }
  return end;
}

}  // namespace unjam
