#include "collect/tail_state.h"

#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c > ' ' && c < '\x7f' && c != '%') {
      result += c;
    } else {
      fmt::format_to(std::back_inserter(result), "%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

template <typename Number>
bool parse_number(std::string_view text, Number& to, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to, base);
  return error == std::errc() && end == text.data() + text.size();
}

bool unescape(std::string_view text, std::string& to) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      to += text[i];
      continue;
    }
    unsigned char byte = 0;
    if (!parse_number(text.substr(i + 1, 2), byte, 16)) {
      return false;
    }
    to += static_cast<char>(byte);
    i += 2;
  }
  return true;
}

/// "BYTES:HASH"
std::string write_mark(const ContentMark& mark) {
  return fmt::format("{}:{:016x}", mark.bytes, mark.hash);
}

bool parse_mark(std::string_view text, ContentMark& to) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && parse_number(text.substr(0, colon), to.bytes) &&
         parse_number(text.substr(colon + 1), to.hash, 16);
}

bool parse_field(std::string_view key, std::string_view value, TailState& to) {
  if (key == "path") {
    return unescape(value, to.place.path);
  }
  if (key == "device") {
    return parse_number(value, to.place.id.device);
  }
  if (key == "inode") {
    return parse_number(value, to.place.id.inode);
  }
  if (key == "head") {
    return parse_mark(value, to.place.head);
  }
  if (key == "offset") {
    return parse_number(value, to.place.offset);
  }
  if (key == "before") {
    return parse_mark(value, to.place.before);
  }
  if (key == "modified") {
    std::int64_t us = 0;
    const bool sound = parse_number(value, us);
    to.place.modified = TimePoint(Duration(us));
    return sound;
  }
  if (key == "format") {
    const auto format = parse_log_format(value);
    if (format) {
      to.format = DetectedFormat{*format, Dialect::MySql, std::nullopt};
    }
    return format.has_value();
  }
  if (key == "dialect" && to.format) {
    const auto dialect = parse_dialect(value);
    to.format->dialect = dialect.value_or(Dialect::MySql);
    return dialect.has_value();
  }
  if (key == "prefix" && to.format) {
    return unescape(value, to.format->log_line_prefix.emplace());
  }
  if (key == "database") {
    return unescape(value, to.database);
  }
  if (key == "finished") {
    FinishedLog& log = to.finished.emplace_back();
    const std::size_t blank = value.find(' ');
    std::int64_t us = 0;
    const bool sound = blank != std::string_view::npos &&
                       parse_mark(value.substr(0, blank), log.head) &&
                       parse_number(value.substr(blank + 1), us);
    log.modified = TimePoint(Duration(us));
    return sound;
  }
  return key == "version" && value == "1";
}

}  // namespace

std::string write_tail_state(const TailState& state) {
  const TailPlace& place = state.place;
  std::string text = fmt::format(
      "version 1\npath {}\ndevice {}\ninode {}\nhead {}\noffset {}\nbefore {}\nmodified {}\n",
      escape(place.path), place.id.device, place.id.inode, write_mark(place.head), place.offset,
      write_mark(place.before), place.modified.time_since_epoch().count());
  const auto out = std::back_inserter(text);
  if (state.format) {
    fmt::format_to(out, "format {}\ndialect {}\n", to_string(state.format->format),
                   to_string(state.format->dialect));
    if (state.format->log_line_prefix) {
      fmt::format_to(out, "prefix {}\n", escape(*state.format->log_line_prefix));
    }
  }
  if (!state.database.empty()) {
    fmt::format_to(out, "database {}\n", escape(state.database));
  }
  for (const FinishedLog& log : state.finished) {
    fmt::format_to(out, "finished {} {}\n", write_mark(log.head),
                   log.modified.time_since_epoch().count());
  }
  return text;
}

std::optional<TailState> parse_tail_state(std::string_view text) {
  if (!text.starts_with("version 1\n")) {
    return std::nullopt;
  }
  TailState state;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const std::size_t blank = line.find(' ');
    if (end == std::string_view::npos || blank == std::string_view::npos ||
        !parse_field(line.substr(0, blank), line.substr(blank + 1), state)) {
      return std::nullopt;
    }
    text.remove_prefix(end + 1);
  }
  return state;
}

}  // namespace unjam
