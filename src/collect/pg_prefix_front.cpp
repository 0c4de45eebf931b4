// The ordinary line of a log, matched without looking for its end and without going back: every
// text ends where the literal behind it first occurs. What match() would try first is tried here
// alone, so that both find the same.
#include "collect/byte_search.h"
#include "collect/digits.h"
#include "collect/pg_prefix.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace unjam {
namespace {

/// Names in ordinary lines are shorter, as is a host with its port.
constexpr std::size_t kLongestText = 32;
/// Longer than any time, session id or number.
constexpr std::size_t kLongestTyped = 64;
/// What is looked at behind the prefix.
constexpr std::size_t kSeverityReach = 64;

struct Word {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;
};

/// The front of `text`, for comparing it with eight bytes.
Word front_of(std::string_view text) {
  std::array<char, 8> bytes{};
  const std::size_t size = std::min(text.size(), bytes.size());
  std::copy_n(text.begin(), size, bytes.begin());
  return {load_eight(bytes.data()),
          size == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1};
}

bool equal_at(const char* at, std::uint64_t bytes, std::uint64_t mask) {
  return ((load_eight(at) ^ bytes) & mask) == 0;
}

bool is_zone_part(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

std::string_view without_port(std::string_view host) {
  return host.substr(0, std::min(host.rfind('('), host.size()));
}

}  // namespace

std::size_t PgPrefix::take_time(std::string_view rest, std::optional<TimePoint>& at) {
  const std::size_t same = clock_.take_same_minute(rest, at);
  if (same > 0 && same < rest.size() && !is_zone_part(rest[same])) {
    return same;
  }
  const std::size_t found = pg_time_length(rest);
  at = clock_.parse(rest.substr(0, found));
  return found;
}

void PgPrefix::store_text(const Element& element, std::string_view text, PgLine& out) {
  if (element.width > 0) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  } else if (element.width < 0) {
    text = text.substr(0, text.find_last_not_of(' ') + 1);
  }
  // Before authentication the server writes a placeholder, which names nobody.
  constexpr std::string_view kUnknown = "[unknown]";
  if (text.size() == kUnknown.size() &&
      std::memcmp(text.data(), kUnknown.data(), kUnknown.size()) == 0) {
    text = {};
  }
  switch (element.kind) {
    case Kind::User:
      out.user = text;
      break;
    case Kind::Database:
      out.database = text;
      break;
    case Kind::Application:
      out.application = text;
      break;
    case Kind::Host:
      out.host = text;
      break;
    case Kind::HostPort:
      out.host = without_port(text);
      break;
    case Kind::CommandTag:
      out.command_tag = text;
      break;
    default:
      break;
  }
}

void PgPrefix::prepare_front() {
  std::size_t reach = kSeverityReach;
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    Element& element = elements_[i];
    const bool last = i + 1 == elements_.size();
    switch (element.kind) {
      case Kind::Literal: {
        if (element.literal.find('\n') != std::string::npos) {
          return;
        }
        const Word front = front_of(element.literal);
        element.bytes = front.bytes;
        element.mask = front.mask;
        reach += element.literal.size();
        break;
      }
      case Kind::User:
      case Kind::Database:
      case Kind::Application:
      case Kind::Host:
      case Kind::HostPort:
      case Kind::Text:
      case Kind::CommandTag:
        if (last || elements_[i + 1].kind != Kind::Literal) {
          return;
        }
        reach += kLongestText;
        break;
      case Kind::Stop:
      case Kind::Time:
      case Kind::OtherTime:
      case Kind::Epoch:
      case Kind::Pid:
      case Kind::SessionId:
      case Kind::SqlState:
      case Kind::Number:
      case Kind::Vxid:
        reach += kLongestTyped;
        break;
    }
  }
  reach_ = reach;
}

const char* PgPrefix::text_end(const Element& wanted, const char* at) {
  const char next = (&wanted)[1].literal.front();
  const std::uint32_t ends = match_32(at, next);
  const std::uint32_t lines = match_32<'\n'>(at);
  // An IPv6 address holds colons, so only its port shows where it ends.
  for (std::uint32_t left = ends; left != 0; left &= left - 1) {
    const int size = std::countr_zero(left);
    if (wanted.kind == Kind::HostPort && size > 0 && at[size - 1] != ')' &&
        std::string_view(at, static_cast<std::size_t>(size)) != "[local]") {
      continue;
    }
    return (lines & ((left & -left) - 1)) == 0 ? at + size : nullptr;
  }
  return nullptr;
}

bool PgPrefix::match_front(std::string_view bytes, PgLine& out) {
  if (bytes.size() < reach_ || bytes.front() == '\t' || bytes.front() == '\0') {
    return false;
  }
  const char* const begin = bytes.data();
  const char* at = begin;
  out.sqlstate = {};
  for (const Element& wanted : elements_) {
    switch (wanted.kind) {
      case Kind::Stop:
        break;
      case Kind::Literal:
        if (!equal_at(at, wanted.bytes, wanted.mask) ||
            (wanted.literal.size() > 8 && !std::string_view(at, wanted.literal.size())
                                               .ends_with(std::string_view(wanted.literal)))) {
          return false;
        }
        at += wanted.literal.size();
        break;
      case Kind::User:
      case Kind::Database:
      case Kind::Application:
      case Kind::Host:
      case Kind::HostPort:
      case Kind::Text:
      case Kind::CommandTag: {
        const char* const end = text_end(wanted, at);
        if (end == nullptr) {
          return false;
        }
        store_text(wanted, {at, static_cast<std::size_t>(end - at)}, out);
        at = end;
        break;
      }
      case Kind::Pid:
        if (wanted.width == 0) {
          const EightDigits pid = read_digits(at);
          if (pid.count == 0 || pid.count == 8) {
            return false;
          }
          out.pid = pid.value;
          at += pid.count;
          break;
        }
        [[fallthrough]];  // Padded: read as the others are.
      case Kind::Time:
        if (wanted.width == 0) {
          const std::size_t length =
              take_time(bytes.substr(static_cast<std::size_t>(at - begin)), out.at);
          if (length == 0) {
            return false;
          }
          at += length;
          break;
        }
        [[fallthrough]];  // Padded.
      case Kind::OtherTime:
      case Kind::Epoch:
      case Kind::SessionId:
      case Kind::SqlState:
      case Kind::Number:
      case Kind::Vxid: {
        Cursor cursor{bytes, out};
        const std::size_t length =
            match_typed(wanted, static_cast<std::size_t>(at - begin), cursor);
        if (length > kLongestTyped) {
          return false;
        }
        at += length;
        break;
      }
    }
  }
  constexpr std::string_view kLog = "LOG:  ";
  if (std::memcmp(at, kLog.data(), kLog.size()) == 0 && at[kLog.size() + 5] != ':') {
    out.severity = PgSeverity::Log;
    out.severity_word = {at, 3};
    out.text = bytes.substr(static_cast<std::size_t>(at - begin) + kLog.size());
    return true;
  }
  Cursor cursor{bytes, out};
  return match_severity(static_cast<std::size_t>(at - begin), cursor);
}

}  // namespace unjam
