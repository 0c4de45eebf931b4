// Forward-only reading of JSON in place, for logs: one pass, no tree, no copies. Unlike a general
// parser it accepts bytes that are not UTF-8 (PostgreSQL logs what the client sent) and tells input
// that was cut from input that is wrong.
#pragma once

#include "collect/byte_search.h"

#include <cstddef>
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

  /// What is not read yet. In an object, behind its brace or a value in it, it may be read by other
  /// means: up to `end`, behind a value.
  const char* place() const { return at_; }
  const char* end() const { return end_; }
  void read_up_to(const char* end) {
    at_ = end;
    after_value_ = true;
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
  bool read_scalar(std::string_view& value);

  /// Passes over the value under the cursor.
  bool skip() { return skip_nested(0); }

 private:
  bool next_member_slowly(JsonText& key);
  bool read_text_slowly(JsonText& value);
  bool skip_nested(int depth);
  bool skip_array(int depth);
  /// False at the end of the bytes.
  bool skip_white_space() { return (at_ != end_ && *at_ > ' ') || skip_white_space_slowly(); }
  bool skip_white_space_slowly();
  bool fail(State state);

  const char* begin_;
  const char* at_;
  const char* end_;
  bool after_value_ = false;  // A comma or the end of the object must come.
  State state_ = State::Good;
};

}  // namespace unjam
