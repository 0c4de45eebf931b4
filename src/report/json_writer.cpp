#include "report/json_writer.h"

#include "report/unicode.h"

#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

void append_escape(std::string& out, char32_t unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(unit));
}

void append_escaped(std::string& out, char32_t character) {
  if (character < 0x10000) {
    append_escape(out, character);
    return;
  }
  append_escape(out, 0xD800 + ((character - 0x10000) >> 10U));
  append_escape(out, 0xDC00 + ((character - 0x10000) & 0x3FFU));
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) {
      ++plain;
    }
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) {
      break;
    }
    const CodePoint next = first_code_point(text);
    if (!next.valid) {
      out += "\xEF\xBF\xBD";
    } else if (next.value == '"' || next.value == '\\') {
      out += '\\';
      out += text.front();
    } else if (next.value == '\n') {
      out += "\\n";
    } else if (next.value == '\t') {
      out += "\\t";
    } else if (next.value == '\r') {
      out += "\\r";
    } else if (is_deceptive(next.value)) {
      append_escaped(out, next.value);
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  out += '"';
}

void JsonWriter::new_line() {
  if (used_.size() <= open_) {
    out_ += '\n';
    out_.append(used_.size(), ' ');
  }
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (used_.empty()) {
    return;
  }
  if (used_.back()) {
    out_ += used_.size() <= open_ ? "," : ", ";
  }
  used_.back() = true;
  new_line();
}

void JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  used_.push_back(false);
}

void JsonWriter::end(char bracket) {
  const bool spread = used_.back() && used_.size() <= open_;
  used_.pop_back();
  if (spread) {
    new_line();
  }
  out_ += bracket;
}

void JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::string(std::string_view text) {
  separate();
  append_json_string(out_, text);
}

void JsonWriter::count(std::uint64_t number) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", number);
}

void JsonWriter::micros(Duration duration) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", duration.count());
}

void JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void JsonWriter::number(std::string_view number) {
  separate();
  out_ += number;
}

}  // namespace unjam
