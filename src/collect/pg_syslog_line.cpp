#include "collect/pg_syslog_line.h"

#include <algorithm>
#include <charconv>

namespace unjam {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::string_view kDigits = "0123456789";

std::string_view take_token(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view token = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return token;
}

/// `2224` and logplex's `postgres.2224`.
std::string_view trailing_digits(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kDigits);
  const bool separated = last == kNone || text[last] == '.';
  return separated ? text.substr(last + 1) : std::string_view();
}

/// `Nov 22 15:45:01 ` or an ISO time at the front of `text`, which it shortens.
bool take_time(std::string_view& text, std::optional<TimePoint>& at) {
  constexpr std::size_t kTraditional = 16;
  if (text.size() > kTraditional && text[3] == ' ' && text[6] == ' ' && text[9] == ':' &&
      text[12] == ':' && text[15] == ' ') {
    text.remove_prefix(kTraditional);
    return true;
  }
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T') {
    return false;
  }
  at = parse_time(take_token(text));
  return at.has_value();
}

/// The SD element: `-` or `[...]`, any number of them.
bool take_structured_data(std::string_view& text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    return true;
  }
  bool any = false;
  while (text.starts_with('[')) {
    std::size_t at = 1;
    for (bool quoted = false; at < text.size() && (quoted || text[at] != ']'); ++at) {
      quoted ^= text[at] == '"';
      at += text[at] == '\\' ? 1U : 0U;
    }
    if (at >= text.size()) {
      return false;
    }
    text.remove_prefix(at + 1);
    any = true;
  }
  return any;
}

bool take_header(std::string_view& text, SyslogLine& line) {
  if (text.starts_with('<')) {
    const std::size_t digits = std::min(text.find_first_not_of(kDigits, 1), text.size());
    if (digits == 1 || digits > 4 || digits == text.size() || text[digits] != '>') {
      return false;
    }
    text.remove_prefix(digits + 1);
    if (text.starts_with("1 ")) {
      text.remove_prefix(2);
      line.at = parse_time(take_token(text));
      take_token(text);  // Host.
      take_token(text);  // Program.
      line.pid = trailing_digits(take_token(text));
      take_token(text);  // Message id.
      return take_structured_data(text);
    }
  }
  if (!take_time(text, line.at)) {
    return false;
  }
  constexpr std::size_t kLongestTag = 300;
  const std::size_t close = text.substr(0, kLongestTag).find("]: ");
  const std::size_t open = close == kNone ? kNone : text.substr(0, close).rfind('[');
  if (open == kNone) {
    return false;
  }
  line.pid = trailing_digits(text.substr(open + 1, close - open - 1));
  text.remove_prefix(close + 2);
  return true;
}

/// `[13-1] ` or `[13] `, perhaps behind logplex's `[COLOR] `.
void take_sequence(std::string_view& text, SyslogLine& line) {
  std::string_view rest = text;
  if (rest.starts_with('[')) {
    const std::size_t end =
        std::min(rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", 1), rest.size());
    if (end > 1 && rest.substr(end).starts_with("] ")) {
      rest.remove_prefix(end + 2);
    }
  }
  if (!rest.starts_with('[')) {
    return;
  }
  const std::size_t dash = std::min(rest.find_first_not_of(kDigits, 1), rest.size());
  if (dash == 1 || dash == rest.size()) {
    return;
  }
  // With syslog_split_messages=off a message has no chunks. A log_line_prefix `[%p] ` looks alike.
  if (rest.substr(dash).starts_with("] ") && rest.substr(1, dash - 1) != line.pid) {
    line.sequence = rest.substr(1, dash - 1);
    text = rest.substr(dash + 2);
    return;
  }
  if (rest[dash] != '-') {
    return;
  }
  const std::size_t close = std::min(rest.find_first_not_of(kDigits, dash + 1), rest.size());
  if (close == dash + 1 || !rest.substr(close).starts_with("] ")) {
    return;
  }
  line.sequence = rest.substr(1, dash - 1);
  std::from_chars(rest.data() + dash + 1, rest.data() + close, line.chunk);
  text = rest.substr(close + 2);
}

}  // namespace

std::optional<SyslogLine> parse_syslog_line(std::string_view line) {
  SyslogLine result;
  if (!take_header(line, result) || result.pid.empty() || result.pid.size() > 10) {
    return std::nullopt;
  }
  // One blank separates the tag, and behind RFC 5424's structured data the program sends its own.
  std::string_view payload = line;
  payload.remove_prefix(std::min(payload.find_first_not_of(' '), payload.size()));
  take_sequence(payload, result);
  if (result.sequence.empty()) {
    payload = line.substr(line.starts_with(' ') ? 1 : 0);
  }
  result.payload = payload;
  return result;
}

void append_unescaped(std::string_view payload, std::string& out) {
  while (!payload.empty()) {
    const std::size_t mark = payload.find('#');
    out.append(payload.substr(0, mark));
    if (mark == kNone) {
      return;
    }
    payload.remove_prefix(mark);
    const auto octal = [&payload](std::size_t at) {
      return at < payload.size() && payload[at] >= '0' && payload[at] <= '7' ? payload[at] - '0'
                                                                             : 64;
    };
    const int code = octal(1) * 64 + octal(2) * 8 + octal(3);
    const bool control = code > 0 && (code < 0x20 || code == 0x7F);
    out.push_back(control ? static_cast<char>(code) : '#');
    payload.remove_prefix(control ? 4 : 1);
  }
}

}  // namespace unjam
