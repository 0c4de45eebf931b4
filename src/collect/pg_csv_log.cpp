// csv log: rows cut in place; only the fields that the interpreter wants are looked at again.
//
// Where a row begins cannot be seen from its line, only from the parity of quotes before it. After
// damage (a lost quote, a row that was cut and glued to the next) the reader is "lost" until a line
// starts like a row, is a sound row, and is followed by another. That stays linear: with strict
// quotes, a row that starts with odd parity ends at the next line of odd parity, so that the rows
// tried from different lines overlap at most twice.
#include "collect/digits.h"
#include "collect/pg_containers.h"
#include "collect/pg_csv_row.h"
#include "collect/pg_record.h"
#include "collect/pg_time.h"
#include "collect/skip_log.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

namespace unjam {
namespace {

/// A longer row is taken for damage: memory and lookahead stay bounded.
constexpr std::size_t kLongestRow = std::size_t{64} << 20;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The columns up to the message say when, who and how severe: when.
std::optional<TimePoint> time_of_head(const PgCsvRow& row, PgTimeParser& time) {
  if (row.columns <= kCsvMessage || row.fields[kCsvSeverity].raw.empty()) {
    return std::nullopt;
  }
  const std::string_view pid = row.fields[kCsvPid].raw;
  if (!pid.empty() && !parse_decimal(pid)) {
    return std::nullopt;
  }
  return time.parse(row.fields[kCsvLogTime].raw);
}

/// The time of a sound row; nullopt: it is not one.
std::optional<TimePoint> time_of_row(const PgCsvRow& row, PgTimeParser& time) {
  return row.columns < kCsvFewestColumns ? std::nullopt : time_of_head(row, time);
}

/// Offset behind the next line feed; the size of `bytes` if there is none.
std::size_t next_line(std::string_view bytes, std::size_t from) {
  const std::size_t line_feed = bytes.find('\n', from);
  return line_feed == std::string_view::npos ? bytes.size() : line_feed + 1;
}

std::size_t skip_blank(std::string_view bytes, std::size_t from) {
  if (is_digit(bytes[from])) {
    return from;
  }
  // Zeros are what copytruncate leaves in front of what the server still writes; the last three are
  // a byte order mark. No row starts with any of them.
  constexpr std::string_view kBlank("\n\r\0\xEF\xBB\xBF", 6);
  while (from < bytes.size() && kBlank.find(bytes[from]) != std::string_view::npos) {
    ++from;
  }
  return from;
}

struct Search {
  enum class Result { Found, Incomplete, Absent };
  Result result;
  std::size_t offset;  ///< Of the row found, or up to where there is none.
};

/// First line of `bytes` at or after `line` that starts a sound row with another row, or the end of
/// the log, behind it. `line` is the offset of a line, or the size.
Search find_sound_row(std::string_view bytes, std::size_t line, bool at_end, PgTimeParser& time) {
  PgCsvRow row;
  while (line < bytes.size()) {
    const std::string_view rest = bytes.substr(line, kLongestRow);
    if (rest.size() < kCsvTimeBytes && !at_end) {
      return {Search::Result::Incomplete, line};
    }
    std::size_t length = 0;
    if (starts_like_csv_row(rest)) {
      const PgCsvParse parse = parse_csv_row(rest, at_end, row, length);
      if (parse == PgCsvParse::Incomplete && !at_end && rest.size() < kLongestRow) {
        return {Search::Result::Incomplete, line};
      }
      // The server quotes every message, so that text with the shape of a row inside a message, its
      // quotes doubled, cannot pass for one.
      if (parse == PgCsvParse::Complete && time_of_row(row, time) &&
          row.fields[kCsvMessage].quoted) {
        const std::string_view behind = bytes.substr(line + length, kCsvTimeBytes);
        if (behind.size() < kCsvTimeBytes && !at_end) {
          return {Search::Result::Incomplete, line};
        }
        if (behind.empty() || starts_like_csv_row(behind)) {
          return {Search::Result::Found, line};
        }
      }
    }
    line = next_line(bytes, line);
  }
  return {Search::Result::Absent, bytes.size()};
}

class PgCsvReader : public LogReader {
 public:
  PgCsvReader(const ReaderOptions& options, bool mid_file)
      : time_(options.utc_offset), lost_(mid_file) {}

  Dialect dialect() const override { return Dialect::PostgreSql; }
  std::size_t read(const Window& window, EventSink& sink) override;
  void finish(EventSink& sink) override { interpreter_.finish(sink); }
  std::size_t find_record(std::string_view bytes) const override;
  const std::map<std::string, Skipped>& skipped() const override { return skipped_.reasons(); }

 private:
  /// They return how far the window is used up; npos: a larger window is wanted.
  std::size_t resync(const Window& window, std::size_t from);
  std::size_t read_row(const Window& window, std::size_t from, EventSink& sink);
  std::size_t read_cut_row(const Window& window, std::size_t from, EventSink& sink);

  /// Goes on, lost, at the line behind the first line of a damaged row.
  std::size_t lose_row(std::string_view bytes, std::size_t from);
  void deliver(TimePoint at, bool partial, EventSink& sink);
  std::string_view text_of(std::size_t column);

  PgTimeParser time_;
  PgInterpreter interpreter_;
  SkipLog skipped_;
  PgCsvRow row_;
  std::unique_ptr<char[]> undoubled_;  // For texts of one row, as long as the window.
  std::size_t undoubled_size_ = 0;
  std::string scratch_;  // Its size only grows.
  char* scratch_end_ = nullptr;
  bool lost_;                  // No row is known to start where the window does.
  bool lost_in_line_ = false;  // While lost: the window starts inside a line.
};

std::size_t PgCsvReader::read(const Window& window, EventSink& sink) {
  const std::size_t stop = std::min(window.stop, window.bytes.size());
  if (window.bytes.size() > undoubled_size_) {
    undoubled_size_ = window.bytes.size();
    undoubled_ = std::make_unique<char[]>(undoubled_size_ + kScanPadding);
  }
  std::size_t used = 0;
  while (used < stop) {
    if (lost_) {
      used = resync(window, used);
      if (lost_) {
        break;
      }
      continue;
    }
    used = skip_blank(window.bytes, used);
    if (used >= stop) {
      break;
    }
    const std::size_t next = read_row(window, used, sink);
    if (next == std::string_view::npos) {
      break;
    }
    used = next;
  }
  return used;
}

std::size_t PgCsvReader::resync(const Window& window, std::size_t from) {
  std::size_t line = from;
  if (lost_in_line_) {
    const std::size_t line_feed = window.bytes.find('\n', from);
    if (line_feed == std::string_view::npos) {
      return window.bytes.size();
    }
    line = line_feed + 1;
    lost_in_line_ = false;
  }
  const Search search = find_sound_row(window.bytes, line, window.at_end, time_);
  lost_ = search.result != Search::Result::Found;
  lost_in_line_ = search.result == Search::Result::Absent && search.offset > 0 &&
                  window.bytes[search.offset - 1] != '\n';
  return search.offset;
}

std::size_t PgCsvReader::lose_row(std::string_view bytes, std::size_t from) {
  skipped_.add("bad csv row", bytes.substr(from));
  lost_ = true;
  const std::size_t line = next_line(bytes, from);
  lost_in_line_ = bytes[line - 1] != '\n';
  return line;
}

std::size_t PgCsvReader::read_row(const Window& window, std::size_t from, EventSink& sink) {
  const std::string_view bytes = window.bytes;
  const std::string_view rest = bytes.substr(from, kLongestRow);
  const bool at_end = window.at_end && from + rest.size() == bytes.size();
  std::size_t length = 0;
  switch (parse_csv_row(rest, at_end, row_, length, undoubled_.get())) {
    case PgCsvParse::Complete:
      break;
    case PgCsvParse::Incomplete:
      if (at_end) {
        return read_cut_row(window, from, sink);
      }
      return rest.size() < kLongestRow ? std::string_view::npos : lose_row(bytes, from);
    case PgCsvParse::Malformed:
      return lose_row(bytes, from);
  }
  if (const auto at = time_of_row(row_, time_)) {
    deliver(*at, false, sink);
    return from + length;
  }
  const std::string_view text = rest.substr(0, length);
  if (at_end && length == rest.size() && !text.ends_with('\n')) {
    return read_cut_row(window, from, sink);
  }
  if (next_line(text, 0) < length) {
    return lose_row(bytes, from);
  }
  // Tables that were copied out may start with their column names.
  if (row_.fields[kCsvLogTime].raw != "log_time") {
    skipped_.add("bad csv row", text);
  }
  return from + length;
}

std::size_t PgCsvReader::read_cut_row(const Window& window, std::size_t from, EventSink& sink) {
  // Cut by the end of the log, or was a quote lost, and what looks like one open field is the rest
  // of the log?
  const Search search =
      find_sound_row(window.bytes, next_line(window.bytes, from), window.at_end, time_);
  if (search.result == Search::Result::Found) {
    skipped_.add("bad csv row", window.bytes.substr(from));
    return search.offset;
  }
  if (const auto at = time_of_head(row_, time_)) {
    deliver(*at, true, sink);
  } else {
    skipped_.add("cut csv row", window.bytes.substr(from));
  }
  return window.bytes.size();
}

inline std::string_view PgCsvReader::text_of(std::size_t column) {
  if (column >= row_.columns) {
    return {};
  }
  const PgCsvField& field = row_.fields[column];
  if (!field.doubled) {
    return field.raw;
  }
  char* const begin = scratch_end_;
  scratch_end_ = undouble_csv(field, begin);
  return {begin, static_cast<std::size_t>(scratch_end_ - begin)};
}

void PgCsvReader::deliver(TimePoint at, bool partial, EventSink& sink) {
  // Views into the scratch must survive its growth, so it does not grow below.
  std::size_t doubled = 0;
  for (std::size_t i = 0; row_.doubled && i < row_.columns; ++i) {
    doubled += row_.fields[i].doubled ? row_.fields[i].raw.size() : 0;
  }
  if (scratch_.size() < doubled + kScanPadding) {
    scratch_.resize(doubled + kScanPadding);
  }
  scratch_end_ = scratch_.data();

  PgRecord record;
  record.at = at;
  record.user = text_of(kCsvUser);
  record.database = text_of(kCsvDatabase);
  record.pid = parse_decimal(row_.fields[kCsvPid].raw);
  record.host = host_of_connection(text_of(kCsvConnectionFrom));
  record.session_id = row_.fields[kCsvSessionId].raw;
  record.command_tag = text_of(kCsvCommandTag);
  record.severity = text_of(kCsvSeverity);
  record.sqlstate = row_.fields[kCsvSqlstate].raw;
  record.message = text_of(kCsvMessage);
  record.detail = text_of(kCsvDetail);
  record.hint = text_of(kCsvHint);
  record.internal_query = text_of(kCsvInternalQuery);
  record.context = text_of(kCsvContext);
  record.statement = text_of(kCsvQuery);
  record.application = text_of(kCsvApplication);
  record.partial = partial;
  interpreter_.on_record(record, sink);
}

std::size_t PgCsvReader::find_record(std::string_view bytes) const {
  PgTimeParser time = time_;
  const Search search = find_sound_row(bytes, 0, true, time);
  return search.result == Search::Result::Found ? search.offset : std::string_view::npos;
}

}  // namespace

std::unique_ptr<LogReader> make_pg_csv_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgCsvReader>(options, mid_file);
}

bool looks_like_pg_csv(std::string_view head) {
  PgTimeParser time{std::chrono::seconds(0)};
  PgCsvRow row;
  for (std::size_t line = 0; line < head.size(); line = next_line(head, line)) {
    std::string_view rest = head.substr(line);
    if (line == 0 && rest.starts_with(kByteOrderMark)) {
      rest.remove_prefix(kByteOrderMark.size());
    }
    std::size_t length = 0;
    if (!starts_like_csv_row(rest)) {
      continue;
    }
    // The only row of a short head may be cut; nothing else has as many columns in front of a
    // message.
    const PgCsvParse parse = parse_csv_row(rest, true, row, length);
    const bool sound = parse == PgCsvParse::Complete     ? time_of_row(row, time).has_value()
                       : parse == PgCsvParse::Incomplete ? time_of_head(row, time).has_value()
                                                         : false;
    if (sound) {
      return true;
    }
  }
  return false;
}

}  // namespace unjam
