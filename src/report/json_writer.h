// Writes JSON front to back into one string: no tree, so a million rows cost their own bytes only.
#pragma once

#include "unjam/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Appends `text` as a JSON string. Bytes that are not UTF-8 become U+FFFD; controls and deceptive
/// characters are written as \uXXXX, so that a terminal that shows the JSON is safe too.
void append_json_string(std::string& out, std::string_view text);

/// One value after another; commas and line breaks are its business, balance is the caller's.
/// Objects and arrays down to `open_levels` are spread over lines, deeper ones are one line each.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, std::size_t open_levels) : out_(out), open_(open_levels) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);
  void string(std::string_view text);
  void count(std::uint64_t number);
  void micros(Duration duration);
  void boolean(bool value);
  /// `number` as written by exact_seconds() or exact_ratio().
  void number(std::string_view number);

  void string(std::string_view name, std::string_view text) { key(name), string(text); }
  void count(std::string_view name, std::uint64_t value) { key(name), count(value); }
  void number(std::string_view name, std::string_view value) { key(name), number(value); }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();
  void new_line();

  std::string& out_;
  std::size_t open_;
  std::vector<bool> used_;  ///< Per open bracket: does it hold a value?
  bool after_key_ = false;
};

/// `name` and an array of what `write(json, row)` writes of each row.
template <typename Row, typename Write>
void write_array(JsonWriter& json, std::string_view name, const std::vector<Row>& rows,
                 const Write& write) {
  json.key(name);
  json.begin_array();
  for (const Row& row : rows) {
    write(json, row);
  }
  json.end_array();
}

}  // namespace unjam
