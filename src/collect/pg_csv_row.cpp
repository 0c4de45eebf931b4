#include "collect/pg_csv_row.h"

#include "collect/byte_search.h"
#include "collect/pg_processor.h"
#include "unjam/base/bytes.h"

#include <cstdint>
#include <cstring>

namespace unjam {
namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// Most fields are a few bytes long; in long ones the library's wider registers pay.
const char* find_quote(const char* at, const char* end) {
  constexpr std::ptrdiff_t kShort = 32;
  const char* const soon = end - at < kShort ? end : at + kShort;
  const char* const quote = find_any<'"'>(at, soon);
  if (quote != soon || soon == end) {
    return quote;
  }
  const void* const found = std::memchr(soon, '"', static_cast<std::size_t>(end - soon));
  return found == nullptr ? end : static_cast<const char*>(found);
}

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace
}  // namespace unjam

#define UNJAM_KERNEL "collect/pg_csv_row_kernel.inc"
#include "collect/pg_kernel.inc"

namespace unjam {

PgCsvParse parse_csv_row(std::string_view bytes, bool at_end, PgCsvRow& row, std::size_t& length,
                         char* room) {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* at = begin;
  row.columns = 0;
  row.doubled = false;
  if (room != nullptr) {
    static const auto take_ordinary =
        choose_kernel(plain::take_ordinary, avx2::take_ordinary, avx512::take_ordinary);
    at = take_ordinary(at, end, row, room);
  }
  const auto stop = [&](const char* where, PgCsvParse result) {
    length = static_cast<std::size_t>(where - begin);
    return result;
  };
  while (true) {
    if (row.columns == kCsvMostColumns) {
      return stop(at, PgCsvParse::Malformed);
    }
    PgCsvField& field = row.fields[row.columns];
    if (at != end && *at == ',') {
      field = {};
      ++row.columns;
      ++at;
      continue;
    }
    if (at == end || *at != '"') {
      const char* const close = find_any<',', '"', '\n'>(at, end);
      if (close == end && !at_end) {
        return stop(end, PgCsvParse::Incomplete);
      }
      if (close != end && *close == '"') {
        return stop(close, PgCsvParse::Malformed);
      }
      field = {between(at, close), false, false};
      ++row.columns;
      if (close == end || *close == '\n') {
        if (field.raw.ends_with('\r')) {
          field.raw.remove_suffix(1);
        }
        return stop(close == end ? end : close + 1, PgCsvParse::Complete);
      }
      at = close + 1;
      continue;
    }
    const char* const open = at + 1;
    const char* close = open;
    field = {{}, true, false};
    while (true) {
      close = find_quote(close, end);
      if (close == end) {
        field.raw = between(open, end);
        ++row.columns;
        return stop(end, PgCsvParse::Incomplete);
      }
      if (close + 1 == end || close[1] != '"') {
        break;
      }
      field.doubled = true;
      row.doubled = true;
      close += 2;
    }
    field.raw = between(open, close);
    ++row.columns;
    at = close + 1;
    if (at == end) {
      return stop(end, at_end ? PgCsvParse::Complete : PgCsvParse::Incomplete);
    }
    if (*at == ',') {
      ++at;
      continue;
    }
    if (*at == '\r') {
      ++at;
      if (at == end) {
        return stop(end, at_end ? PgCsvParse::Complete : PgCsvParse::Incomplete);
      }
    }
    if (*at != '\n') {
      return stop(at, PgCsvParse::Malformed);
    }
    return stop(at + 1, PgCsvParse::Complete);
  }
}

char* undouble_csv(const PgCsvField& field, char* to) {
  const char* at = field.raw.data();
  const char* const end = at + field.raw.size();
  while (true) {
    copy_until<'"'>(at, end, to);
    if (at == end) {
      return to;
    }
    *to++ = '"';
    // A field that the end of the log cut may end between the two quotes.
    at += end - at < 2 ? 1 : 2;
  }
}

std::string_view host_of_connection(std::string_view connection_from) {
  std::size_t port = connection_from.size();
  while (port > 0 && is_digit(connection_from[port - 1])) {
    --port;
  }
  const bool has_port =
      port > 0 && port < connection_from.size() && connection_from[port - 1] == ':';
  return has_port ? connection_from.substr(0, port - 1) : connection_from;
}

bool starts_like_csv_row(std::string_view bytes) {
  constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd";
  const bool quoted = bytes.starts_with('"');
  if (quoted) {
    bytes.remove_prefix(1);
  }
  bytes = bytes.substr(0, kCsvTimeBytes - 1);
  if (bytes.size() < kShape.size()) {
    return false;
  }
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !is_digit(bytes[i]) : bytes[i] != kShape[i]) {
      return false;
    }
  }
  std::size_t at = kShape.size();
  while (at < bytes.size() && (is_digit(bytes[at]) || is_letter(bytes[at]) || bytes[at] == '.' ||
                               bytes[at] == ' ' || bytes[at] == '+' || bytes[at] == '-' ||
                               bytes[at] == ':' || bytes[at] == '/' || bytes[at] == '_')) {
    ++at;
  }
  if (quoted && at < bytes.size() && bytes[at] == '"') {
    ++at;
  } else if (quoted) {
    return false;
  }
  return at < bytes.size() && bytes[at] == ',';
}

}  // namespace unjam
