// The escapes of log_line_prefix.
#include "collect/pg_prefix.h"

#include <algorithm>
#include <charconv>

namespace unjam {
namespace {

/// Of `%-10u`: three digits are more than any name has.
std::size_t width_digits(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return std::min<std::size_t>(digits, 3);
}

int width_of(std::string_view digits) {
  int width = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), width);
  return width;
}

}  // namespace

PgPrefix::PgPrefix(std::string_view log_line_prefix, std::chrono::seconds utc_offset)
    : clock_(utc_offset) {
  const auto literal = [this](char c) {
    if (elements_.empty() || elements_.back().kind != Kind::Literal) {
      elements_.push_back({Kind::Literal, {}, 0});
    }
    elements_.back().literal.push_back(c);
  };
  for (std::size_t i = 0; i < log_line_prefix.size(); ++i) {
    if (log_line_prefix[i] != '%') {
      literal(log_line_prefix[i]);
      continue;
    }
    int width = 0;
    std::size_t at = i + 1;
    const bool left = at < log_line_prefix.size() && log_line_prefix[at] == '-';
    at += left ? 1U : 0U;
    const std::size_t digits = width_digits(log_line_prefix.substr(at));
    width = width_of(log_line_prefix.substr(at, digits));
    at += digits;
    if (at >= log_line_prefix.size()) {
      break;  // The server ignores an incomplete escape, too.
    }
    i = at;
    if (log_line_prefix[at] == '%') {
      literal('%');
      continue;
    }
    const std::optional<Kind> kind = kind_of(log_line_prefix[at]);
    if (kind) {
      elements_.push_back({*kind, {}, left ? -width : width});
    }
  }
  for (const Element& element : elements_) {
    has_pid_ |= element.kind == Kind::Pid;
    has_session_ |= element.kind == Kind::Pid || element.kind == Kind::SessionId;
  }
  prepare_front();
}

std::optional<PgPrefix::Kind> PgPrefix::kind_of(char escape) {
  switch (escape) {
    case 'a':
      return Kind::Application;
    case 'u':
      return Kind::User;
    case 'd':
      return Kind::Database;
    case 'r':
      return Kind::HostPort;
    case 'h':
      return Kind::Host;
    case 'L':
    case 'b':
      return Kind::Text;
    case 'p':
      return Kind::Pid;
    case 't':
    case 'm':
      return Kind::Time;
    case 's':
      return Kind::OtherTime;
    case 'n':
      return Kind::Epoch;
    case 'i':
      return Kind::CommandTag;
    case 'e':
      return Kind::SqlState;
    case 'c':
      return Kind::SessionId;
    case 'P':
    case 'l':
    case 'x':
    case 'Q':
      return Kind::Number;
    case 'v':
      return Kind::Vxid;
    case 'q':
      return Kind::Stop;
    default:
      return std::nullopt;
  }
}

}  // namespace unjam
