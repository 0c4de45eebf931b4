// Forward-only reading of JSON in place, for logs: one pass, no tree, no copies. Unlike a general
// parser it accepts bytes that are not UTF-8 (PostgreSQL logs what the client sent) and tells input
// that was cut from input that is wrong.
#pragma once

#include "collect/byte_search.h"
#include "collect/pg_digits.h"
#include "unjam/base/bytes.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unjam {

/// A string between its quotes, still escaped. A view into the cursor's bytes.
struct JsonText {
  std::string_view raw;
  bool escaped = false;
};

/// Writes `text` unescaped to `to` and returns where it ends. A lone surrogate becomes U+FFFD.
/// `text` may end inside an escape, which is then left out. There must be room for the raw text and
/// kCopySlack bytes more.
char* unescape_json(const JsonText& text, char* to);

void append_json_text(const JsonText& text, std::string& out);

/// A key that is expected next: `"name":`, for comparing all of it at once.
class JsonKey {
 public:
  static constexpr std::size_t kLongest = 24;

  /// `name` needs no escapes and is 21 bytes long at most.
  constexpr explicit JsonKey(std::string_view name) : size_(name.size() + 3) {
    std::array<char, kLongest> text{'"'};
    std::size_t at = 1;
    for (const char c : name) {
      text[at++] = c;
    }
    text[at++] = '"';
    text[at++] = ':';
    for (std::size_t i = 0; i < at; ++i) {
      const std::size_t shift = 8 * (i % 8);
      words_[i / 8] |= std::uint64_t{static_cast<unsigned char>(text[i])} << shift;
      masks_[i / 8] |= std::uint64_t{0xFF} << shift;
    }
  }

  std::size_t size() const { return size_; }
  /// kLongest bytes must be readable.
  bool stands_at(const char* at) const {
    return (((load_eight(at) ^ words_[0]) & masks_[0]) |
            ((load_eight(at + 8) ^ words_[1]) & masks_[1]) |
            ((load_eight(at + 16) ^ words_[2]) & masks_[2])) == 0;
  }

 private:
  std::array<std::uint64_t, kLongest / 8> words_{};
  std::array<std::uint64_t, kLongest / 8> masks_{};
  std::size_t size_;
};

class JsonCursor {
 public:
  enum class State {
    Good,
    Cut,  ///< The bytes ended inside the value.
    Bad,  ///< No JSON, or nested deeper than any log.
  };
  enum class Kind { Text, Scalar, Object, Array };

  /// `bytes` must outlive the cursor and every view it gave.
  explicit JsonCursor(std::string_view bytes, std::size_t at = 0)
      : begin_(bytes.data()), at_(bytes.data() + at), end_(bytes.data() + bytes.size()) {}

  /// read_unescaped() writes to `to`, where there must be room for `bytes` and kCopySlack more.
  void unescape_to(char* to) { unescaped_ = to; }

  State state() const { return state_; }
  bool good() const { return state_ == State::Good; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  /// What the value under the cursor is; Scalar (a number, true, false, null) if none of the
  /// others.
  Kind kind() {
    if (!good() || !skip_white_space()) {
      return Kind::Scalar;
    }
    return *at_ == '"'   ? Kind::Text
           : *at_ == '{' ? Kind::Object
           : *at_ == '[' ? Kind::Array
                         : Kind::Scalar;
  }

  /// Steps into the object under the cursor. False: there is none.
  bool enter_object();

  /// Steps to the next member of the innermost object: reads its key, and stands at its value,
  /// which the caller then reads or skips. False: the object is over, or state() is not Good.
  bool next_member(JsonText& key) {
    // As writers that mean to be read by programs do it: no white space, short plain keys.
    if (good() && end_ - at_ > 2 && *at_ == (after_value_ ? ',' : '"')) {
      const char* const open = at_ + (after_value_ ? 2 : 1);
      const char* const close = open[-1] == '"' ? find_any<'"', '\\', '\n'>(open, end_) : end_;
      if (end_ - close > 1 && close[0] == '"' && close[1] == ':') {
        key = {{open, static_cast<std::size_t>(close - open)}, false};
        at_ = close + 2;
        return true;
      }
    }
    return next_member_slowly(key);
  }

  /// Reads the next member if its key is `key`, and its value a short string without escapes or a
  /// number, both written as programs write them. False: use next_member; nothing has changed.
  bool take_member(const JsonKey& key, JsonText& value) {
    constexpr std::ptrdiff_t kReach = 1 + JsonKey::kLongest + 1 + 32;
    if (!good() || end_ - at_ < kReach || (after_value_ && *at_ != ',')) {
      return false;
    }
    const char* const open = at_ + (after_value_ ? 1 : 0);
    if (!key.stands_at(open)) {
      return false;
    }
    const char* const begin = open + key.size();
    if (*begin == '"') {
      const std::uint32_t marks = match_32<'"', '\\', '\n'>(begin + 1);
      const char* const close = begin + 1 + std::countr_zero(marks);
      if (marks == 0 || *close != '"') {
        return false;
      }
      value = {{begin + 1, static_cast<std::size_t>(close - begin - 1)}, false};
      at_ = close + 1;
    } else {
      std::size_t digits = read_digits(begin).count;
      digits += digits == 8 ? read_digits(begin + 8).count : 0;
      if (digits == 0 || (begin[digits] != ',' && begin[digits] != '}')) {
        return false;
      }
      value = {{begin, digits}, false};
      at_ = begin + digits;
    }
    after_value_ = true;
    return true;
  }

  /// Steps to the next member if its key is `key`, as next_member does. False: nothing has changed.
  bool take_key(const JsonKey& key) {
    if (!good() || end_ - at_ <= static_cast<std::ptrdiff_t>(JsonKey::kLongest) ||
        (after_value_ && *at_ != ',')) {
      return false;
    }
    const char* const open = at_ + (after_value_ ? 1 : 0);
    if (!key.stands_at(open)) {
      return false;
    }
    at_ = open + key.size();
    return true;
  }

  /// Reads the string or scalar under the cursor. When the bytes end inside a string, `value` is
  /// what is there of it, and state() is Cut.
  bool read_text(JsonText& value) {
    if (good() && at_ != end_ && *at_ == '"') {
      const char* const open = at_ + 1;
      const char* const close = find_any<'"', '\\', '\n'>(open, end_);
      if (close != end_ && *close == '"') {
        value = {{open, static_cast<std::size_t>(close - open)}, false};
        at_ = close + 1;
        after_value_ = true;
        return true;
      }
    }
    return read_text_slowly(value);
  }
  /// As read_text, but without escapes if they are simple ones and unescape_to() was told where.
  bool read_unescaped(JsonText& value) {
    return unescaped_ == nullptr || !good() || at_ == end_ || *at_ != '"' || !unescape(value)
               ? read_text(value)
               : true;
  }
  bool read_scalar(std::string_view& value);

  /// Passes over the value under the cursor.
  bool skip() { return skip_nested(0); }

 private:
  bool next_member_slowly(JsonText& key);
  bool read_text_slowly(JsonText& value);
  /// Reads the string under the cursor if its escapes are simple ones. False: nothing has changed.
  bool unescape(JsonText& value);
  bool skip_nested(int depth);
  bool skip_array(int depth);
  /// False at the end of the bytes.
  bool skip_white_space() { return (at_ != end_ && *at_ > ' ') || skip_white_space_slowly(); }
  bool skip_white_space_slowly();
  bool fail(State state);

  const char* begin_;
  const char* at_;
  const char* end_;
  char* unescaped_ = nullptr;
  bool after_value_ = false;  // A comma or the end of the object must come.
  State state_ = State::Good;
};

}  // namespace unjam
