#include "lex/skeleton.h"

#define XXH_INLINE_ALL
#include "lex/row_collapse.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <cstring>

#include <xxhash.h>

namespace unjam::lex {
namespace {

const char* find(const char* begin, const char* end, char c) {
  const void* found = std::memchr(begin, c, static_cast<std::size_t>(end - begin));
  return found == nullptr ? end : static_cast<const char*>(found);
}

bool is_tag_byte(char c) { return is_word_byte(c) && c != '$'; }

const char* digits_end(const char* at, const char* end) {
  while (at < end && is_digit(*at)) {
    ++at;
  }
  return at;
}

/// Behind digits(.digits)*; `at` is a digit.
const char* decimal_end(const char* at, const char* end) {
  at = digits_end(at, end);
  while (at + 1 < end && *at == '.' && is_digit(at[1])) {
    at = digits_end(at + 1, end);
  }
  return at;
}

/// Behind a run of word bytes; in front of its first letter also of dots between digits.
const char* run_end(const char* begin, const char* end) {
  const char* at = begin;
  bool decimal = true;
  while (at < end) {
    if (is_word_byte(*at)) {
      decimal &= is_digit(*at);
    } else if (*at != '.' || !decimal || at == begin || !is_digit(at[-1]) || at + 1 == end ||
               !is_digit(at[1])) {
      break;
    }
    ++at;
  }
  return at;
}

}  // namespace

void Output::reserve_more(std::size_t bytes) {
  const std::size_t wanted = size_ + bytes + kScanPadding;
  if (wanted <= capacity_) {
    return;
  }
  const std::size_t capacity = std::max(wanted, capacity_ * 2);
  auto data = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) {
    std::memcpy(data.get(), data_.get(), size_);
  }
  data_ = std::move(data);
  capacity_ = capacity;
}

Skeleton::Skeleton(Dialect dialect)
    : dialect_(dialect),
      mysql_(dialect != Dialect::PostgreSql),
      double_quote_is_string_(dialect == Dialect::MySql || dialect == Dialect::MariaDb) {}

void Skeleton::start(std::string_view text, EndTest* end_test) {
  begin_ = text.data();
  end_ = begin_ + text.size();
  stop_ = end_;
  literal_end_ = nullptr;
  end_test_ = end_test;
  closed_ = true;
  ended_ = false;
  rows_ = false;
  open_code_ = 0;
  scan_.comment_count = 0;
  scan_.hash_line = false;
  skeleton_.clear();
  name_digits_.clear();
}

void Skeleton::emit_literal(const char* begin, const char* literal_end, char marker) {
  const std::ptrdiff_t gap = literal_end_ == nullptr ? 0 : begin - literal_end_;
  const bool goes_on =
      (gap == 1 && begin[-1] == ',') || (gap == 2 && begin[-1] == ' ' && begin[-2] == ',');
  if (goes_on) {
    skeleton_.pop(static_cast<std::size_t>(gap));
  } else {
    skeleton_.reserve_more(1);
    skeleton_.put(marker);
  }
  literal_end_ = literal_end;
}

void Skeleton::emit_verbatim(const char* begin, const char* text_end) {
  const auto size = static_cast<std::size_t>(text_end - begin);
  skeleton_.reserve_more(size);
  name_digits_.reserve_more(size);
  for (const char* at = begin; at < text_end; ++at) {
    if (is_digit(*at)) {
      skeleton_.put('0');
      name_digits_.put(*at);
    } else {
      skeleton_.put(*at);
    }
  }
}

void Skeleton::record_comment(const char* begin, const char* comment_end) {
  const std::size_t slot =
      std::min<std::size_t>(scan_.comment_count, StatementScan::kMaxComments - 1);
  scan_.comments[slot] = {static_cast<std::size_t>(begin - begin_),
                          static_cast<std::size_t>(comment_end - begin_)};
  scan_.comment_count = static_cast<std::uint32_t>(slot + 1);
  skeleton_.reserve_more(1);
  skeleton_.put(' ');
}

/// Behind the closing quote of the string that holds `at`, or the end of the text when there is
/// none (closed_ becomes false).
const char* Skeleton::string_end(const char* at, char quote, bool backslash_escapes) {
  const char* close = at - 1;
  const char* escape = at - 1;
  while (true) {
    // Each search result is used until it is passed, so every byte is searched once.
    if (close < at) {
      close = find(at, end_, quote);
    }
    if (backslash_escapes && escape < at) {
      escape = find(at, close, '\\');
    }
    if (backslash_escapes && escape < close) {
      at = std::min(escape + 2, end_);
      continue;
    }
    if (close == end_) {
      closed_ = false;
      return end_;
    }
    if (close + 1 < end_ && close[1] == quote) {
      at = close + 2;
      continue;
    }
    return close + 1;
  }
}

/// Behind the number token at `begin`, or `begin` if the run is a name. See the table in the
/// header.
const char* Skeleton::number_end(const char* begin, const char* word_end) const {
  const char* at = decimal_end(begin, word_end);
  if (at == word_end) {
    return at;
  }
  if (at == begin + 1 && *begin == '0' && (*at == 'x' || *at == 'b') && at + 1 < word_end) {
    const char* digits = at + 1;
    const bool valid = std::all_of(digits, word_end, [hex = *at == 'x'](char c) {
      return hex ? is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') : c == '0' || c == '1';
    });
    return valid ? word_end : begin;
  }
  if ((*at | 0x20) != 'e') {
    return begin;
  }
  ++at;
  if (at < word_end) {
    return digits_end(at, word_end) == word_end ? word_end : begin;
  }
  if (at + 1 < end_ && (*at == '+' || *at == '-') && is_digit(at[1])) {
    const char* exponent_end = digits_end(at + 1, end_);
    if (exponent_end == end_ || !is_word_byte(*exponent_end)) {
      return exponent_end;
    }
  }
  return begin;
}

const char* Skeleton::step_word(const char* at) {
  const char* word_end = run_end(at, end_);
  if (is_digit(*at)) {
    const char* literal_end = number_end(at, word_end);
    if (literal_end != at) {
      emit_literal(at, literal_end, '0');
      return literal_end;
    }
  }
  emit_verbatim(at, word_end);
  return word_end;
}

/// Behind the closing quote of the name that holds `at`, as string_end().
const char* Skeleton::name_end(const char* at, char quote) {
  const char* close = find(at, end_, quote);
  closed_ &= close != end_;
  return close == end_ ? end_ : close + 1;
}

const char* Skeleton::step_quoted_name(const char* at) {
  const char* close = name_end(at + 1, *at);
  emit_verbatim(at, close);
  return close;
}

bool Skeleton::is_e_string(const char* open) const {
  return !mysql_ && open > begin_ && (open[-1] | 0x20) == 'e' &&
         (open - 1 == begin_ || !is_word_byte(open[-2]));
}

const char* Skeleton::step_string(const char* at) {
  const char* literal_end = string_end(at + 1, *at, mysql_ || is_e_string(at));
  emit_literal(at, literal_end, *at);
  return literal_end;
}

const char* Skeleton::finish_quoted(const char* at, char open, bool backslash_escapes) {
  if (opens_string(open)) {
    literal_end_ = string_end(at, open, backslash_escapes);
    return literal_end_;
  }
  const char* close = name_end(at, open);
  emit_verbatim(at, close);
  return close;
}

const char* Skeleton::step_block_comment(const char* at) {
  if (mysql_) {
    const char* close = at + 2;
    while (true) {
      close = find(close, end_, '*');
      if (close + 1 >= end_) {
        closed_ = false;
        record_comment(at, end_);
        return end_;
      }
      ++close;
      if (*close == '/') {
        record_comment(at, close + 1);
        return close + 1;
      }
    }
  }
  std::size_t depth = 1;
  const char* inside = at + 2;
  while (depth > 0) {
    const char* const slash = find(inside, end_, '/');
    if (slash == end_) {
      break;
    }
    if (slash > inside && slash[-1] == '*') {
      --depth;
      inside = slash + 1;
    } else if (slash + 1 < end_ && slash[1] == '*') {
      ++depth;
      inside = slash + 2;
    } else {
      inside = slash + 1;
    }
  }
  if (depth > 0) {
    closed_ = false;
    inside = end_;
  }
  record_comment(at, inside);
  return inside;
}

const char* Skeleton::step_line_comment(const char* at) {
  const char* line_end = find(at, end_, '\n');
  if (!mysql_) {
    line_end = find(at, line_end, '\r');
  }
  record_comment(at, line_end);
  return line_end;
}

/// A dollar quote, or a word that starts with a dollar sign.
const char* Skeleton::step_dollar(const char* at) {
  const char* tag_end = at + 1;
  if (tag_end < end_ && !is_digit(*tag_end)) {
    while (tag_end < end_ && is_tag_byte(*tag_end)) {
      ++tag_end;
    }
  }
  if (tag_end == end_ || *tag_end != '$') {
    return step_word(at);
  }
  const std::string_view tag(at, static_cast<std::size_t>(tag_end + 1 - at));
  const std::string_view rest(tag_end + 1, static_cast<std::size_t>(end_ - tag_end - 1));
  const std::size_t found = rest.find(tag);
  const char* literal_end = end_;
  if (found == std::string_view::npos) {
    closed_ = false;
  } else {
    literal_end = rest.data() + found + tag.size();
  }
  emit_literal(at, literal_end, '$');
  return literal_end;
}

/// `@1`, `@a.1`, `@'a'`: a variable, so no list of literals begins with it. In broken text blanks,
/// comments and signs may lie between.
const char* Skeleton::step_variable(const char* at) {
  constexpr int kMostTokens = 8;
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  emit_verbatim(at, at + 1);
  ++at;
  for (int tokens = 0; at < end_ && tokens < kMostTokens; ++tokens) {
    const char c = *at;
    if (!is_blank(c) && c != '-' && c != '+' && c != ':' && c != '/' && c != '#') {
      break;
    }
    at = step(at);
  }
  const char* const name_end =
      std::find_if(at, end_, [](char c) { return !is_word_byte(c) && c != '.'; });
  // N'a', and the blanks that may stand before the quote.
  const char* const quote = std::find_if_not(name_end, end_, is_blank);
  if (quote != end_ && opens_string(*quote)) {
    emit_verbatim(at, quote);
    at = step(quote);
    literal_end_ = nullptr;
    return at;
  }
  emit_verbatim(at, name_end);
  return name_end;
}

bool Skeleton::ends_at(const char* semicolon) {
  if (end_test_ == nullptr) {
    return false;
  }
  const char* rest = semicolon + 1;
  if (rest < end_ && *rest == '\r') {
    ++rest;
  }
  if (rest < end_) {
    if (*rest != '\n') {
      return false;
    }
    ++rest;
  }
  return end_test_->ends_before({rest, static_cast<std::size_t>(end_ - rest)});
}

void Skeleton::note_hash_lines(const char* from, const char* to) {
  if (!mysql_ || scan_.hash_line || from == to) {
    return;
  }
  const char* const begin = from == begin_ ? from : from - 1;
  const std::string_view span(begin, static_cast<std::size_t>(to - begin));
  scan_.hash_line = span.find("\n#") != std::string_view::npos;
}

const char* Skeleton::step(const char* at) {
  const char c = *at;
  const char next = at + 1 < end_ ? at[1] : '\0';
  if (is_word_byte(c)) {
    return c == '$' && !mysql_ ? step_dollar(at) : step_word(at);
  }
  if (opens_string(c)) {
    return step_string(at);
  }
  if (opens_name(c)) {
    return step_quoted_name(at);
  }
  if (c == '/' && next == '*') {
    const char code = at + 2 < end_ ? at[2] : '\0';
    const bool is_code = mysql_ && (code == '!' || (code == 'M' && at + 3 < end_ && at[3] == '!'));
    if (!is_code) {
      return step_block_comment(at);
    }
    // The version is no literal: a list does not go on behind it.
    const char* version_end = digits_end(at + (code == '!' ? 3 : 4), end_);
    emit_verbatim(at, version_end);
    ++open_code_;
    return version_end;
  }
  if (c == '*' && next == '/' && open_code_ > 0) {
    // One token, so that its end begins no comment (`*/*`).
    emit_verbatim(at, at + 2);
    --open_code_;
    return at + 2;
  }
  if (c == '@' && mysql_) {
    return step_variable(at);
  }
  if (c == '#' && mysql_) {
    return step_line_comment(at);
  }
  if (c == '-' && next == '-') {
    const bool is_comment = !mysql_ || at + 2 == end_ || static_cast<unsigned char>(at[2]) <= ' ';
    if (is_comment) {
      return step_line_comment(at);
    }
  }
  if (c == ';' && ends_at(at)) {
    ended_ = true;
    stop_ = at;
    return at;
  }
  if (c == ')' && next == ',') {
    rows_ = true;
  }
  skeleton_.reserve_more(1);
  skeleton_.put(c);
  return at + 1;
}

void Skeleton::run_portable() {
  const char* at = begin_;
  while (at < end_ && !ended_) {
    at = step(at);
  }
  note_hash_lines(begin_, stop_);
}

const StatementScan& Skeleton::finish() {
  if (rows_) {
    skeleton_.resize_down(collapse_rows(skeleton_.data(), skeleton_.size(), dialect_));
  }
  scan_.length = static_cast<std::size_t>(stop_ - begin_);
  scan_.closed = closed_;
  scan_.ended = ended_;
  // A seed would cost long skeletons the making of a key.
  const XXH128_hash_t hash = XXH3_128bits(skeleton_.view().data(), skeleton_.size());
  scan_.shape = {hash.low64 ^ (closed_ ? 0 : 0x9e3779b97f4a7c15ULL), hash.high64};
  if (name_digits_.size() > 0) {
    const XXH128_hash_t digits =
        XXH3_128bits_withSeed(name_digits_.view().data(), name_digits_.size(), 3);
    scan_.shape.low ^= digits.low64;
    scan_.shape.high ^= digits.high64;
  }
  return scan_;
}

}  // namespace unjam::lex
