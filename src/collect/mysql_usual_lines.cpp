#include "collect/mysql_usual_lines.h"

#include "collect/byte_search.h"
#include "collect/digits.h"
#include "unjam/base/bytes.h"

#include <cstring>

namespace unjam {
namespace {

constexpr std::uint64_t key(const char (&text)[9]) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(text[i]);
  }
  return value;
}

template <std::size_t N>
bool is_at(const char* at, const char (&text)[N]) {
  return std::memcmp(at, text, N - 1) == 0;
}

/// The line feed that ends the line; nullptr if it is too long for a usual one.
const char* find_line_feed(const char* line) {
  const char* const end = line + kUsualLineRoom;
  const char* const found = find_any<'\n'>(line, end);
  return found == end ? nullptr : found;
}

const char* skip_line(const char* line) {
  const char* const line_feed = find_line_feed(line);
  return line_feed == nullptr ? nullptr : line_feed + 1;
}

/// Reads keys and values in an order that is known beforehand. Invalid as soon as something is not
/// as expected, or a number so long that it needs a closer look.
class UsualValues {
 public:
  /// `at`: the blank before the first key.
  explicit UsualValues(const char* at) : at_(at) {}

  bool valid() const { return valid_; }
  const char* at() const { return at_; }

  /// Whether the key comes next.
  template <std::size_t N>
  bool has(const char (&text)[N]) const {
    return at_[0] == ' ' && is_at(at_ + (at_[1] == ' ' ? 2 : 1), text);
  }

  template <std::size_t N>
  std::uint64_t take_count(const char (&text)[N]) {
    take_key(text);
    return take_number();
  }

  template <std::size_t N>
  Duration take_seconds(const char (&text)[N]) {
    take_key(text);
    const EightDigits seconds = read_digits(at_);
    at_ += seconds.count;
    const EightDigits micros = read_digits(at_ + 1);
    valid_ &= seconds.count - 1U < 7U && *at_ == '.' && micros.count == 6;
    at_ += 7;
    return Duration(seconds.value * 1'000'000 + micros.value);
  }

  /// Takes a value that holds no blank.
  template <std::size_t N>
  std::string_view take_word(const char (&text)[N]) {
    take_key(text);
    const char* const begin = at_;
    at_ = find_any<' ', '\n'>(at_, at_ + 128);
    // What ends in a colon may be the next key, behind an empty value.
    valid_ &= *at_ == ' ' && at_[-1] != ':';
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

  /// Behind the line feed, which must come next; nullptr if something was not as expected.
  const char* end() const { return valid_ && *at_ == '\n' ? at_ + 1 : nullptr; }

 private:
  template <std::size_t N>
  void take_key(const char (&text)[N]) {
    valid_ &= at_[0] == ' ';
    at_ += at_[1] == ' ' ? 2 : 1;
    valid_ &= is_at(at_, text);
    at_ += N - 1;
  }

  std::uint64_t take_number() {
    EightDigits run = read_digits(at_);
    at_ += run.count;
    if (run.count == 8) {
      const EightDigits rest = read_digits(at_);
      valid_ &= rest.count < 8;
      for (std::size_t i = 0; i < rest.count; ++i) {
        run.value *= 10;
      }
      run.value += rest.value;
      at_ += rest.count;
    }
    valid_ &= run.count > 0;
    return run.value;
  }

  const char* at_;
  bool valid_ = true;
};

/// `User@Host: app[app] @ shop [10.0.0.4]  Id:  1821`, and the same without Id.
const char* take_user(const char* line, MySqlUserHostParser& users, MySqlHeader& header) {
  constexpr std::ptrdiff_t kValue = 13;
  const char* const line_feed = find_line_feed(line);
  if (line_feed == nullptr || line_feed - line < kValue + 8 || !is_at(line, "# User@Host: ")) {
    return nullptr;
  }
  const char* at = line_feed;
  while (is_digit(at[-1])) {
    --at;
  }
  const char* const id = at;
  if (id != line_feed) {
    while (at[-1] == ' ') {
      --at;
    }
    constexpr std::ptrdiff_t kKey = 5;
    if (at - line < kValue + 8 || line_feed - id > 15 || !is_at(at - kKey, "  Id:")) {
      return nullptr;
    }
    at -= kKey;
  }
  if (at[-1] != ']') {
    return nullptr;
  }
  const MySqlUserHost found = users.parse_names(
      std::string_view(line + kValue, static_cast<std::size_t>(at - line) - kValue));
  header.user_seen = true;
  header.user = found.user;
  header.host = found.host;
  if (id != line_feed) {
    std::uint64_t value = 0;
    for (const char* digit = id; digit < line_feed; ++digit) {
      value = value * 10 + static_cast<std::uint64_t>(*digit - '0');
    }
    header.thread_id = value;
  }
  return line_feed + 1;
}

const char* take_times(const char* line, MySqlHeader& header) {
  UsualValues values(line + 1);
  const Duration query_time = values.take_seconds("Query_time: ");
  const Duration lock_time = values.take_seconds("Lock_time: ");
  const std::uint64_t rows_sent = values.take_count("Rows_sent: ");
  const std::uint64_t rows_examined = values.take_count("Rows_examined: ");
  if (!values.valid()) {
    return nullptr;
  }
  std::optional<std::uint64_t> rows_affected;
  if (values.has("Rows_affected: ")) {
    rows_affected = values.take_count("Rows_affected: ");
  }
  const char* const next = values.end();
  if (next == nullptr) {
    return nullptr;
  }
  header.has_query_time = true;
  header.query_time = query_time;
  header.lock_time = lock_time;
  header.rows_sent = rows_sent;
  header.rows_examined = rows_examined;
  if (rows_affected) {
    header.rows_affected = rows_affected;
  }
  return next;
}

/// Percona Server: `Schema: shop  Last_errno: 0  Killed: 0`.
const char* take_schema(const char* line, MySqlHeader& header) {
  UsualValues values(line + 1);
  const std::string_view schema = values.take_word("Schema: ");
  const std::uint64_t error = values.take_count("Last_errno: ");
  const std::uint64_t killed = values.take_count("Killed: ");
  const char* const next = values.end();
  if (next == nullptr || schema.empty() || error != 0 || killed != 0) {
    return nullptr;
  }
  header.schema = schema;
  header.error = error;
  header.killed = killed;
  return next;
}

/// MariaDB: `Thread_id: 17  Schema: shop  QC_hit: No`.
const char* take_thread(const char* line, MySqlHeader& header) {
  UsualValues values(line + 1);
  const std::uint64_t thread_id = values.take_count("Thread_id: ");
  const std::string_view schema = values.take_word("Schema: ");
  if (!values.valid() || schema.empty() || !values.has("QC_hit: No\n")) {
    return nullptr;
  }
  header.thread_id = thread_id;
  header.schema = schema;
  return skip_line(values.at());
}

/// MariaDB: `Rows_affected: 1  Bytes_sent: 57`.
const char* take_affected(const char* line, MySqlHeader& header) {
  UsualValues values(line + 1);
  const std::uint64_t rows_affected = values.take_count("Rows_affected: ");
  const std::uint64_t bytes_sent = values.take_count("Bytes_sent: ");
  const char* const next = values.end();
  if (next != nullptr) {
    header.rows_affected = rows_affected;
    header.bytes_sent = bytes_sent;
  }
  return next;
}

/// Percona Server: `Bytes_sent: 57  Tmp_tables: 0  Tmp_disk_tables: 0  Tmp_table_sizes: 0`.
const char* take_bytes(const char* line, MySqlHeader& header) {
  UsualValues values(line + 1);
  const std::uint64_t bytes_sent = values.take_count("Bytes_sent: ");
  values.take_count("Tmp_tables: ");
  values.take_count("Tmp_disk_tables: ");
  values.take_count("Tmp_table_sizes: ");
  const char* const next = values.end();
  if (next != nullptr) {
    header.bytes_sent = bytes_sent;
  }
  return next;
}

}  // namespace

const char* take_usual_line(const char* line, bool first, MySqlTimeParser& times,
                            MySqlUserHostParser& users, MySqlHeader& header) {
  if (line[1] != ' ') {
    return nullptr;
  }
  switch (load_eight(line + 2)) {
    case key("Time: 20"):
    case key("Time: 19"): {
      constexpr std::ptrdiff_t kLength = 36;
      const auto at = times.parse_usual_iso(line + 8);
      if (!first || !at || line[kLength - 1] != '\n') {
        return nullptr;
      }
      header.written = *at;
      return line + kLength;
    }
    case key("User@Hos"):
      // A second one begins another header.
      return header.user_seen || header.has_query_time ? nullptr : take_user(line, users, header);
    case key("Query_ti"):
      return take_times(line, header);
    case key("Schema: "):
      return take_schema(line, header);
    case key("Thread_i"):
      return take_thread(line, header);
    case key("Rows_aff"):
      return take_affected(line, header);
    case key("Bytes_se"):
      return take_bytes(line, header);
    case key("InnoDB_t"):
    case key("  InnoDB"):
    case key("QC_Hit: "):
    case key("Full_sca"):
    case key("Filesort"):
    case key("No InnoD"):
      return skip_line(line);
    default:
      return nullptr;
  }
}

}  // namespace unjam
