#include "collect/pg_message_catalog.h"

#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>
#include <vector>

namespace unjam {
namespace {

/// Digits at the front of `text`, which it shortens; at most 19 of them fit.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 19 && is_digit(text[digits])) {
    value = value * 10 + static_cast<std::uint64_t>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || (digits < text.size() && is_digit(text[digits]))) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return value;
}

/// Stores what {capture} took. False: the value does not fit the capture.
bool store_text(std::string_view capture, std::string_view value, PgMessage& message) {
  if (capture == "sql") {
    message.sql = value;
  } else if (capture == "name") {
    message.name = value;
  } else if (capture == "mode") {
    message.mode = value;
  } else if (capture == "object") {
    message.object = value;
  }
  return true;
}

bool take_typed(std::string_view capture, std::string_view& text, PgMessage& message) {
  if (capture == "ms") {
    message.elapsed = take_milliseconds(text);
    return message.elapsed.has_value();
  }
  const auto number = take_number(text);
  if (!number) {
    return false;
  }
  (capture == "pid" ? message.pid : message.number) = *number;
  return true;
}

/// A capture of text ends where the literal behind it first occurs, so no text is looked at twice.
bool match(std::string_view format, std::string_view text, PgMessage& message) {
  while (!format.empty()) {
    if (format.front() != '{') {
      const std::string_view literal = format.substr(0, format.find('{'));
      if (!text.starts_with(literal)) {
        return false;
      }
      text.remove_prefix(literal.size());
      format.remove_prefix(literal.size());
      continue;
    }
    const std::size_t close = format.find('}');
    const std::string_view capture = format.substr(1, close - 1);
    format.remove_prefix(close + 1);
    if (capture == "ms" || capture == "pid" || capture == "number") {
      if (!take_typed(capture, text, message)) {
        return false;
      }
      continue;
    }
    if (format.empty()) {
      return store_text(capture, text, message);
    }
    const std::string_view literal = format.substr(0, format.find('{'));
    std::size_t end = text.find(literal);
    if (literal.size() == format.size() && text.ends_with(literal)) {
      end = text.size() - literal.size();
    }
    if (end == std::string_view::npos) {
      return false;
    }
    store_text(capture, text.substr(0, end), message);
    text.remove_prefix(end);
  }
  return text.empty();
}

/// `LABEL: 123.456 UNIT` alone or with `WORD: SQL` behind it: a duration in a language that the
/// catalogue lacks.
bool match_unknown_language(std::string_view text, PgMessage& message) {
  const std::size_t label = std::min<std::size_t>(text.size(), 64);
  const auto* const digit = std::find_if(text.begin(), text.begin() + label, is_digit);
  const std::string_view before = text.substr(0, static_cast<std::size_t>(digit - text.begin()));
  if (before.size() < 3 || before.size() == label || !before.ends_with(": ") ||
      before.find('"') != std::string_view::npos ||
      std::count(before.begin(), before.end(), ':') != 1) {
    return false;
  }
  std::string_view rest = text.substr(before.size());
  message.elapsed = take_milliseconds(rest);
  if (!message.elapsed || !rest.starts_with(' ')) {
    return false;
  }
  rest.remove_prefix(1);
  const std::size_t unit = std::min(rest.find_first_of(", "), rest.size());
  const bool is_unit = unit > 0 && unit < 24 &&
                       (rest.starts_with("ms") || static_cast<unsigned char>(rest[0]) >= 0x80);
  if (!is_unit) {
    return false;
  }
  rest.remove_prefix(unit);
  if (rest.empty()) {
    message.kind = PgMessageKind::DurationAlone;
    return true;
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(", "), rest.size()));
  const std::size_t colon = rest.find(": ");
  std::string_view word = rest.substr(0, colon);
  while (word.ends_with(' ')) {
    word.remove_suffix(1);
  }
  if (colon == std::string_view::npos || word.empty() || word.size() > 48 ||
      word.find(' ') != std::string_view::npos) {
    return false;
  }
  message.kind = PgMessageKind::DurationStatement;
  message.sql = rest.substr(colon + 2);
  return true;
}

/// Formats that text with a given first byte can match, in their order.
template <typename Format>
class FirstByteIndex {
 public:
  explicit FirstByteIndex(std::span<const Format> formats) {
    for (std::size_t byte = 0; byte < lists_.size(); ++byte) {
      for (const Format& format : formats) {
        const auto first = static_cast<unsigned char>(format.format.front());
        if (first == byte || first == '{') {
          lists_[byte].push_back(&format);
        }
      }
    }
  }

  const Format* find(std::string_view text, PgMessage& message) const {
    if (text.empty()) {
      return nullptr;
    }
    for (const Format* format : lists_[static_cast<unsigned char>(text.front())]) {
      message = {};
      if (match(format->format, text, message)) {
        return format;
      }
    }
    message = {};
    return nullptr;
  }

 private:
  std::array<std::vector<const Format*>, 256> lists_;
};

}  // namespace

std::optional<Duration> take_any_milliseconds(std::string_view& text) {
  std::int64_t value = 0;
  std::size_t digits = 0;
  // 13 digits of milliseconds are 300 years.
  while (digits < text.size() && digits < 14 && is_digit(text[digits])) {
    value = value * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || digits == 14 || text.size() < digits + 4 ||
      (text[digits] != '.' && text[digits] != ',')) {
    return std::nullopt;
  }
  for (std::size_t i = digits + 1; i < digits + 4; ++i) {
    if (!is_digit(text[i])) {
      return std::nullopt;
    }
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits + 4);
  return Duration(value);
}

PgMessage find_pg_message(std::string_view text) {
  static const FirstByteIndex<PgMessageFormat> index(pg_message_formats());
  PgMessage message;
  if (const auto* found = index.find(text, message)) {
    message.kind = found->kind;
  } else if (!match_unknown_language(text, message)) {
    message = {};
  }
  return message;
}

std::string_view find_sqlstate(std::string_view text) {
  static const FirstByteIndex<PgErrorFormat> index(pg_error_formats());
  PgMessage captures;
  const auto* found = index.find(text, captures);
  return found == nullptr ? std::string_view() : found->sqlstate;
}

}  // namespace unjam
