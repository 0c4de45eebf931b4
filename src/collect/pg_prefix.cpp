#include "collect/pg_prefix.h"

#include "unjam/base/bytes.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>

namespace unjam {
namespace {

constexpr auto kNone = std::string_view::npos;

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// Names are 63 bytes in the server; a front that is longer than this is none.
constexpr std::size_t kLongestText = 160;
constexpr std::size_t kLongestHost = 300;

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end]) && end - at < 20) {
    ++end;
  }
  return end - at;
}

/// `664b1c2f.1f4a`; 0 when there is none.
std::size_t session_id_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  const auto skip = [&](std::size_t most) {
    const std::size_t begin = end;
    while (end < text.size() && is_hex(text[end]) && end - begin < most) {
      ++end;
    }
    return end - begin;
  };
  if (skip(16) < 4 || end >= text.size() || text[end] != '.') {
    return 0;
  }
  ++end;
  return skip(8) == 0 ? 0 : end - at;
}

std::uint64_t decimal(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::uint64_t hexadecimal(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

/// `1795342488.701`: seconds since 1970.
std::optional<TimePoint> epoch_of(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == kNone || dot > 12 || text.size() != dot + 4) {
    return std::nullopt;
  }
  const auto seconds = static_cast<std::int64_t>(decimal(text.substr(0, dot)));
  const auto millis = static_cast<std::int64_t>(decimal(text.substr(dot + 1)));
  return TimePoint(Duration(seconds * 1'000'000 + millis * 1000));
}

/// The classes that PostgreSQL defines, so that `ERROR:  12345: x` of a user is not taken for one.
bool is_sqlstate(std::string_view text) {
  constexpr std::string_view kClasses =
      "00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F "
      "40 "
      "42 44 53 54 55 57 58 72 F0 HV P0 XX";
  if (text.size() < 5 || !std::all_of(text.begin(), text.begin() + 5,
                                      [](char c) { return is_digit(c) || is_upper(c); })) {
    return false;
  }
  const std::size_t at = kClasses.find(text.substr(0, 2));
  return at != kNone && at % 3 == 0;
}

}  // namespace

bool PgPrefix::match(std::string_view line, PgLine& out) {
  out = {};
  Cursor cursor{line, out};
  return match_from(0, 0, cursor);
}

bool PgPrefix::match_from(std::size_t element, std::size_t position, Cursor& cursor) {
  const char* const line = cursor.line.data();
  const std::size_t size = cursor.line.size();
  for (const std::size_t count = elements_.size(); element < count; ++element) {
    const Element& wanted = elements_.data()[element];
    switch (wanted.kind) {
      case Kind::Literal: {
        // A loop, because literals have a character or two and this is every line.
        const char* const literal = wanted.literal.data();
        const std::size_t length = wanted.literal.size();
        if (size - position < length) {
          return false;
        }
        for (std::size_t i = 0; i < length; ++i) {
          if (line[position + i] != literal[i]) {
            return false;
          }
        }
        position += length;
        break;
      }
      case Kind::Pid: {
        if (wanted.width == 0) {
          std::uint64_t pid = 0;
          const std::size_t begin = position;
          while (position < size && is_digit(line[position]) && position - begin < 19) {
            pid = pid * 10 + static_cast<std::uint64_t>(line[position] - '0');
            ++position;
          }
          if (position == begin) {
            return false;
          }
          cursor.out.pid = pid;
          break;
        }
        const std::size_t length = match_typed(wanted, position, cursor);
        if (length == kNone) {
          return false;
        }
        position += length;
        break;
      }
      case Kind::Stop: {
        // A session's fields are tried first: a background process could not write what looks like
        // them, but a user name may look like a message.
        if (match_from(element + 1, position, cursor)) {
          return true;
        }
        for (std::size_t later = element + 1; later < elements_.size(); ++later) {
          clear_field(elements_[later].kind, cursor.out);
        }
        return match_severity(position, cursor);
      }
      case Kind::User:
      case Kind::Database:
      case Kind::Application:
      case Kind::Host:
      case Kind::HostPort:
      case Kind::CommandTag:
      case Kind::Text:
        return match_text(element, position, cursor);
      default: {
        const std::size_t length = match_typed(wanted, position, cursor);
        if (length == kNone) {
          return false;
        }
        position += length;
      }
    }
  }
  return match_severity(position, cursor);
}

std::size_t PgPrefix::match_typed(const Element& wanted, std::size_t position, Cursor& cursor) {
  const std::string_view line = cursor.line;
  std::size_t at = position;
  // Padding on the left; on the right it is skipped up to the width below.
  if (wanted.width > 0) {
    const std::size_t most = position + static_cast<std::size_t>(wanted.width);
    while (at < line.size() && at < most && line[at] == ' ') {
      ++at;
    }
  }
  const std::string_view rest = line.substr(at);
  std::size_t length = 0;
  switch (wanted.kind) {
    case Kind::Time:
      length = take_time(rest, cursor.out.at);
      if (length == 0) {
        return kNone;
      }
      break;
    case Kind::OtherTime:
      length = pg_time_length(rest);
      break;
    case Kind::Epoch: {
      const std::size_t whole = digits_at(rest, 0);
      if (whole == 0 || whole >= rest.size() || rest[whole] != '.' ||
          digits_at(rest, whole + 1) != 3) {
        return kNone;
      }
      length = whole + 4;
      cursor.out.at = epoch_of(rest.substr(0, length));
      break;
    }
    case Kind::Pid:
      length = digits_at(rest, 0);
      if (length == 0) {
        return kNone;
      }
      cursor.out.pid = decimal(rest.substr(0, length));
      break;
    case Kind::SessionId: {
      length = session_id_at(rest, 0);
      const std::string_view id = rest.substr(0, length);
      cursor.out.session_id = id;
      if (length > 0 && !has_pid_) {
        cursor.out.pid = hexadecimal(id.substr(id.find('.') + 1));
      }
      break;
    }
    case Kind::SqlState:
      if (!is_sqlstate(rest)) {
        return kNone;
      }
      length = 5;
      cursor.out.sqlstate = rest.substr(0, length);
      break;
    case Kind::Number: {
      const std::size_t sign = rest.starts_with('-') ? 1 : 0;
      length = digits_at(rest, sign);
      length += length > 0 ? sign : 0U;
      break;
    }
    case Kind::Vxid: {
      length = rest.starts_with('-') ? 1 : 0;  // `-1/0` of a process without a backend number.
      length += digits_at(rest, length);
      length += length > 0 && length < rest.size() && rest[length] == '/' ? 1U : 0U;
      length += digits_at(rest, length);
      break;
    }
    default:
      break;
  }
  std::size_t taken = at - position + length;
  const std::size_t padded = wanted.width < 0 ? static_cast<std::size_t>(-wanted.width) : 0;
  while (taken < padded && position + taken < line.size() && line[position + taken] == ' ') {
    ++taken;
  }
  return taken;
}

void PgPrefix::clear_field(Kind kind, PgLine& out) {
  switch (kind) {
    case Kind::Time:
    case Kind::Epoch:
      out.at.reset();
      break;
    case Kind::Pid:
      out.pid.reset();
      break;
    case Kind::SessionId:
      out.session_id = {};
      break;
    case Kind::SqlState:
      out.sqlstate = {};
      break;
    default:
      store_text({kind, {}, 0}, {}, out);
  }
}

bool PgPrefix::match_text(std::size_t element, std::size_t position, Cursor& cursor) {
  const Element& wanted = elements_[element];
  const bool host = wanted.kind == Kind::Host || wanted.kind == Kind::HostPort;
  const std::size_t longest = host ? kLongestHost : kLongestText;
  const std::string_view line = cursor.line;
  const std::size_t last = std::min(line.size(), position + longest);
  const bool literal_follows =
      element + 1 < elements_.size() && elements_[element + 1].kind == Kind::Literal;
  const char next = literal_follows ? elements_[element + 1].literal[0] : '\0';
  for (std::size_t end = position; end <= last; ++end) {
    if (literal_follows) {
      // Only where the literal stands can the field end. Names are too short for memchr to pay.
      while (end < last && line.data()[end] != next) {
        ++end;
      }
      if (end == last) {
        return false;
      }
    }
    if (--cursor.steps < 0) {
      return false;
    }
    const std::string_view text = line.substr(position, end - position);
    // An IPv6 address holds colons, so only its port shows where it ends.
    if (wanted.kind == Kind::HostPort && !text.empty() && text != "[local]" &&
        !text.ends_with(')')) {
      continue;
    }
    store_text(wanted, text, cursor.out);
    if (match_from(element + 1, end, cursor)) {
      return true;
    }
  }
  return false;
}

bool PgPrefix::match_severity(std::size_t position, Cursor& cursor) const {
  std::string_view rest = cursor.line.substr(position);
  const PgSeverityWord word = read_severity(rest);
  if (word.length == 0) {
    return false;
  }
  PgLine& out = cursor.out;
  out.severity = word.severity;
  out.severity_word = rest.substr(0, word.word_length);
  rest.remove_prefix(word.length);
  if (is_primary(word.severity) && rest.size() > 6 && rest[5] == ':' && rest[6] == ' ' &&
      is_sqlstate(rest)) {
    out.sqlstate = rest.substr(0, 5);
    rest.remove_prefix(7);
  }
  out.text = rest;
  return true;
}

}  // namespace unjam
