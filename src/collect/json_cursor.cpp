#include "collect/json_cursor.h"

#include "unjam/base/utf8.h"

#include <cstdint>

namespace unjam {
namespace {

constexpr int kDeepest = 32;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// -1 unless `text` starts with four hex digits.
int code_unit(std::string_view text) {
  if (text.size() < 4) {
    return -1;
  }
  int value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

constexpr std::uint32_t kReplacement = 0xFFFD;

/// Writes what stands behind `\u` at the front of `rest` and removes it.
char* put_unicode_escape(std::string_view& rest, char* to) {
  const int unit = code_unit(rest);
  if (unit < 0) {
    rest = {};
    return to;
  }
  rest.remove_prefix(4);
  if (unit < 0xD800 || unit > 0xDFFF) {
    return put_utf8(static_cast<std::uint32_t>(unit), to);
  }
  const int low = unit < 0xDC00 && rest.starts_with("\\u") ? code_unit(rest.substr(2)) : -1;
  if (low < 0xDC00 || low > 0xDFFF) {
    return put_utf8(kReplacement, to);
  }
  rest.remove_prefix(6);
  return put_utf8(0x10000 + ((static_cast<std::uint32_t>(unit) & 0x3FF) << 10) +
                      (static_cast<std::uint32_t>(low) & 0x3FF),
                  to);
}

/// What `\code` stands for; 0: no such escape. `u` is left as it is.
char unescaped(char code) {
  switch (code) {
    case '"':
    case '\\':
    case '/':
    case 'u':
      return code;
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return 0;
  }
}

bool is_white_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

char* unescape_json(const JsonText& text, char* to) {
  const char* at = text.raw.data();
  const char* const end = at + text.raw.size();
  while (true) {
    copy_until<'\\'>(at, end, to);
    if (end - at < 2) {
      return to;
    }
    if (at[1] == 'u') {
      std::string_view rest(at + 2, static_cast<std::size_t>(end - at - 2));
      to = put_unicode_escape(rest, to);
      at = end - rest.size();
    } else {
      *to++ = unescaped(at[1]);
      at += 2;
    }
  }
}

void append_json_text(const JsonText& text, std::string& out) {
  if (!text.escaped) {
    out += text.raw;
    return;
  }
  const std::size_t size = out.size();
  out.resize(size + text.raw.size() + kCopySlack);
  const char* const end = unescape_json(text, out.data() + size);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

bool JsonCursor::fail(State state) {
  if (state_ == State::Good) {
    state_ = state;
  }
  return false;
}

bool JsonCursor::skip_white_space_slowly() {
  while (at_ != end_ && is_white_space(*at_)) {
    ++at_;
  }
  return at_ != end_ || fail(State::Cut);
}

bool JsonCursor::enter_object() {
  if (!good() || !skip_white_space()) {
    return false;
  }
  if (*at_ != '{') {
    return fail(State::Bad);
  }
  ++at_;
  after_value_ = false;
  return true;
}

bool JsonCursor::next_member_slowly(JsonText& key) {
  if (!good() || !skip_white_space()) {
    return false;
  }
  if (*at_ == '}') {
    ++at_;
    after_value_ = true;
    return false;
  }
  if (after_value_) {
    if (*at_ != ',') {
      return fail(State::Bad);
    }
    ++at_;
  }
  if (!read_text(key) || !skip_white_space()) {
    return false;
  }
  if (*at_ != ':') {
    return fail(State::Bad);
  }
  ++at_;
  return true;
}

bool JsonCursor::read_text_slowly(JsonText& value) {
  if (!good() || !skip_white_space()) {
    return false;
  }
  if (*at_ != '"') {
    return fail(State::Bad);
  }
  const char* const open = ++at_;
  value.escaped = false;
  const auto set = [&](const char* close) {
    value.raw = {open, static_cast<std::size_t>(close - open)};
  };
  while (true) {
    at_ = find_any<'"', '\\', '\n'>(at_, end_);
    if (at_ == end_) {
      set(end_);
      return fail(State::Cut);
    }
    if (*at_ == '"') {
      set(at_);
      ++at_;
      after_value_ = true;
      return true;
    }
    if (*at_ == '\n') {
      return fail(State::Bad);
    }
    value.escaped = true;
    if (end_ - at_ < 2) {
      set(end_);
      return fail(State::Cut);
    }
    if (unescaped(at_[1]) == 0) {
      return fail(State::Bad);
    }
    at_ += 2;
    if (at_[-1] == 'u') {
      for (int i = 0; i < 4; ++i, ++at_) {
        if (at_ == end_) {
          set(end_);
          return fail(State::Cut);
        }
        if (hex_digit(*at_) < 0) {
          return fail(State::Bad);
        }
      }
    }
  }
}

bool JsonCursor::read_scalar(std::string_view& value) {
  if (!good() || !skip_white_space()) {
    return false;
  }
  const char* const first = at_;
  while (at_ != end_ && ((*at_ >= '0' && *at_ <= '9') || (*at_ >= 'a' && *at_ <= 'z') ||
                         *at_ == '-' || *at_ == '+' || *at_ == '.' || *at_ == 'E')) {
    ++at_;
  }
  if (at_ == end_) {
    return fail(State::Cut);
  }
  if (at_ == first) {
    return fail(State::Bad);
  }
  value = {first, static_cast<std::size_t>(at_ - first)};
  after_value_ = true;
  return true;
}

bool JsonCursor::skip_nested(int depth) {
  JsonText text;
  std::string_view scalar;
  switch (kind()) {
    case Kind::Text:
      return read_text(text);
    case Kind::Scalar:
      return read_scalar(scalar);
    case Kind::Array:
      return skip_array(depth);
    case Kind::Object:
      break;
  }
  if (depth == kDeepest) {
    return fail(State::Bad);
  }
  enter_object();
  while (next_member(text)) {
    skip_nested(depth + 1);
  }
  return good();
}

bool JsonCursor::skip_array(int depth) {
  if (depth == kDeepest) {
    return fail(State::Bad);
  }
  ++at_;
  for (bool first = true; skip_white_space(); first = false) {
    if (*at_ == ']') {
      ++at_;
      after_value_ = true;
      return true;
    }
    if (!first) {
      if (*at_ != ',') {
        return fail(State::Bad);
      }
      ++at_;
    }
    if (!skip_nested(depth + 1)) {
      return false;
    }
  }
  return false;
}

}  // namespace unjam
