#include "unjam/normalize/query_tags.h"

#include "normalize/clean_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace unjam {
namespace {

constexpr std::size_t kMaxKey = 64;
constexpr std::size_t kMaxValue = 256;

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

void trim(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
}

/// Clean text of at most `limit` bytes, cut between characters.
std::string bounded(std::string_view text, std::size_t limit) {
  std::string result = normalize::clean_text(text.substr(0, limit + 4));
  if (result.size() > limit) {
    while (limit > 0 && (static_cast<unsigned char>(result[limit]) & 0xc0U) == 0x80U) {
      --limit;
    }
    result.resize(limit);
  }
  return result;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        result += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

/// Without its delimiters; nothing for what is no comment, a hint or a version comment.
std::optional<std::string_view> inside(std::string_view comment) {
  if (comment.starts_with("/*")) {
    comment.remove_prefix(2);
    if (comment.starts_with("!") || comment.starts_with("M!") || comment.starts_with("+")) {
      return std::nullopt;
    }
    if (comment.ends_with("*/")) {
      comment.remove_suffix(2);
    }
  } else if (comment.starts_with("--")) {
    comment.remove_prefix(2);
  } else if (comment.starts_with("#")) {
    comment.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  trim(comment);
  return comment;
}

/// The bytes between the quotes of a sqlcommenter value and how long they are with them; nothing
/// when the quote is not closed.
std::optional<std::pair<std::string, std::size_t>> quoted_value(std::string_view text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
    } else if (text[i] == '\'') {
      return std::pair{percent_decoded(value), i + 1};
    }
    // Encoded, a byte takes three.
    if (value.size() < 3 * (kMaxValue + 4)) {
      value += text[i];
    }
  }
  return std::nullopt;
}

/// key='value',key2='value2'
QueryTags sqlcommenter(std::string_view text) {
  QueryTags tags;
  while (!text.empty()) {
    std::size_t key_end = 0;
    while (key_end < text.size() && (is_key_byte(text[key_end]) || text[key_end] == '.' ||
                                     text[key_end] == '%' || text[key_end] == '~')) {
      ++key_end;
    }
    const std::string_view key = text.substr(0, key_end);
    text.remove_prefix(key_end);
    trim(text);
    if (key.empty() || (!text.empty() && text.front() != '=')) {
      return {};
    }
    text.remove_prefix(text.empty() ? 0 : 1);
    trim(text);
    if (text.empty()) {
      return tags;  // Cut off: what is complete counts.
    }
    if (text.front() != '\'') {
      return {};
    }
    const auto value = quoted_value(text);
    if (!value) {
      return tags;
    }
    if (tags.size() < kMaxQueryTags) {
      tags.emplace_back(bounded(percent_decoded(key), kMaxKey), bounded(value->first, kMaxValue));
    }
    text.remove_prefix(value->second);
    trim(text);
    if (!text.empty()) {
      if (text.front() != ',') {
        return {};
      }
      text.remove_prefix(1);
      trim(text);
    }
  }
  return tags;
}

/// key:value,key2:value2. A piece without a key goes on with the value before it: values are
/// written as they are, commas too.
QueryTags marginalia(std::string_view text) {
  QueryTags tags;
  bool overflow = false;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view piece = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t key_end = static_cast<std::size_t>(
        std::find_if_not(piece.begin(), piece.end(), is_key_byte) - piece.begin());
    const bool has_key = key_end > 0 && key_end < piece.size() && piece[key_end] == ':' &&
                         !(piece[0] >= '0' && piece[0] <= '9');
    if (has_key) {
      const std::string_view value = piece.substr(key_end + 1);
      // "note: something", "http://...": prose, not tags.
      if (tags.empty() && (value.empty() || is_blank(value.front()) || value.starts_with("//"))) {
        return {};
      }
      overflow = tags.size() == kMaxQueryTags;
      if (!overflow) {
        tags.emplace_back(bounded(piece.substr(0, key_end), kMaxKey), bounded(value, kMaxValue));
      }
    } else if (tags.empty()) {
      return {};
    } else if (!overflow && tags.back().second.size() < kMaxValue) {
      tags.back().second =
          bounded(tags.back().second + "," + std::string(piece.substr(0, kMaxValue)), kMaxValue);
    }
  }
  return tags;
}

}  // namespace

QueryTags parse_query_tags(std::string_view comment) {
  const std::optional<std::string_view> text = inside(comment);
  if (!text) {
    return {};
  }
  const std::size_t mark = text->find_first_of("=:");
  if (mark == std::string_view::npos) {
    return {};
  }
  return (*text)[mark] == '=' ? sqlcommenter(*text) : marginalia(*text);
}

bool is_per_call_tag(std::string_view key) {
  constexpr std::array<std::string_view, 15> kPerCall{
      "traceparent", "tracestate", "traceid",    "spanid",        "requestid",
      "xrequestid",  "jobid",      "jid",        "correlationid", "transactionid",
      "ddtraceid",   "ddspanid",   "dbmtraceid", "activejobid",   "sessionid"};
  std::string plain;
  for (const char c : key.substr(0, kMaxKey)) {
    if (c != '_' && c != '-' && c != '.') {
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  }
  return std::find(kPerCall.begin(), kPerCall.end(), plain) != kPerCall.end();
}

}  // namespace unjam
