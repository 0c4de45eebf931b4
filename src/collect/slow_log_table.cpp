#include "collect/slow_log_table.h"

#include "collect/mysql_server.h"
#include "collect/mysql_slow_row.h"
#include "collect/mysql_time.h"
#include "unjam/base/error.h"
#include "unjam/lex/shape.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <xxhash.h>

namespace unjam {
namespace {

constexpr std::string_view kTable = "mysql.slow_log";
constexpr std::string_view kBackup = "mysql.slow_log_backup";
constexpr std::string_view kOwn = "/* unjam */";

/// Positions in a row.
struct Column {
  enum : std::size_t {
    StartTime,  // as written
    UserHost,
    QueryTime,
    LockTime,
    RowsSent,
    RowsExamined,
    Db,
    ThreadId,
    SqlText,
    StartUtc,      // absent when the server's zone is a name and it has no table of zones
    RowsAffected,  // MariaDB only
  };
};
constexpr std::size_t kHashed = Column::SqlText + 1;

std::string select_rows(const Session& session, std::string_view table) {
  return fmt::format(
      "SELECT start_time, user_host, query_time, lock_time, rows_sent, rows_examined, db, "
      "thread_id, sql_text, CONVERT_TZ(start_time, @@global.time_zone, '+00:00'), {} FROM {}",
      session.version().engine == Engine::MariaDb ? "rows_affected" : "NULL", table);
}

/// Zones differ from UTC by a multiple of this.
constexpr Duration kZoneStep = std::chrono::minutes(15);
/// Sessions log in turn, and the server's clock is asked before the table is read.
constexpr Duration kTolerance = std::chrono::seconds(30);

/// Rounded down.
std::int64_t steps(Duration time) {
  const std::int64_t whole = time / kZoneStep;
  return time < whole * kZoneStep ? whole - 1 : whole;
}

}  // namespace

std::string to_text(const SlowLogPosition& position) {
  return fmt::format("1 {} {:016x} {} {} {:016x}", position.rows, position.last_row,
                     position.in_backup ? "backup" : "table",
                     position.looked ? position.looked->time_since_epoch().count() : 0,
                     position.backup);
}

std::optional<SlowLogPosition> parse_slow_log_position(std::string_view text) {
  std::array<std::string_view, 6> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t end = i + 1 < words.size() ? text.find(' ') : text.size();
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    words[i] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto parse = [](std::string_view word, auto& value, int base) {
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    return error == std::errc() && stop == word.data() + word.size();
  };
  SlowLogPosition position;
  std::int64_t looked = 0;
  if (words[0] != "1" || !parse(words[1], position.rows, 10) ||
      !parse(words[2], position.last_row, 16) || !parse(words[4], looked, 10) ||
      !parse(words[5], position.backup, 16) || (words[3] != "backup" && words[3] != "table")) {
    return std::nullopt;
  }
  position.in_backup = words[3] == "backup";
  if (looked != 0) {
    position.looked = TimePoint(Duration(looked));
  }
  return position;
}

TimePoint settle_time(TimePoint told, std::optional<TimePoint> earliest, TimePoint latest) {
  if (told > latest + kTolerance) {
    told -= (steps(told - latest - kTolerance) + 1) * kZoneStep;
  }
  if (earliest && told < *earliest - kTolerance) {
    const TimePoint moved = told + (steps(*earliest - kTolerance - told) + 1) * kZoneStep;
    // Nothing fits after the server's clock was set: the order of rows is what is known.
    told = moved > latest + kTolerance ? latest : moved;
  }
  return told;
}

bool SlowLogTable::read(EventSink& sink) {
  look_at_server();
  if (position_.in_backup) {
    return read_backup(sink);
  }
  if (position_.rows == 0) {
    const std::uint64_t backup = first_of_backup();
    const bool rotated = position_.looked && backup != 0 && backup != position_.backup;
    position_.backup = backup;
    if (rotated) {
      return read_backup(sink);
    }
  }
  Outcome outcome = read_from(std::string(kTable), sink);
  if (outcome == Outcome::Lost) {
    // Rows may have been deleted from the front only.
    if (const auto index = find_last_row()) {
      position_.rows = *index + 1;
      outcome = read_from(std::string(kTable), sink);
    }
  }
  if (outcome == Outcome::Lost) {
    return read_backup(sink);
  }
  return outcome == Outcome::More;
}

void SlowLogTable::look_at_server() {
  bool on = false;
  std::string output;
  session_.query("SELECT NOW(6), @@global.slow_query_log, @@global.log_output", {},
                 [&](const Row& row) {
                   now_ = parse_time(row.text(0).value_or("")).value_or(TimePoint());
                   on = row.integer(1) == 1U;
                   output = row.text(2).value_or("");
                 });
  warnings_.clear();
  if (!on) {
    warnings_.emplace_back(
        "the slow query log is off, so mysql.slow_log does not grow; run SET GLOBAL slow_query_log "
        "= ON, and set slow_query_log=ON under [mysqld] in my.cnf");
  }
  if (output.find("TABLE") == std::string::npos) {
    warnings_.push_back(fmt::format(
        "log_output is {0}, so mysql.slow_log does not grow; run SET GLOBAL log_output = 'TABLE', "
        "or watch the log's file instead",
        output));
  }
  if (gap_ && now_ - gap_->found < std::chrono::days(1)) {
    warnings_.push_back(gap_->words);
  }
}

bool SlowLogTable::read_backup(EventSink& sink) {
  const std::uint64_t backup = first_of_backup();
  const Outcome outcome = backup == 0 ? Outcome::Lost : read_from(std::string(kBackup), sink);
  position_.in_backup = outcome == Outcome::More;
  position_.backup = backup;
  if (outcome == Outcome::More) {
    return true;
  }
  if (outcome == Outcome::Lost) {
    report_gap();
  }
  return start_over();
}

/// Whoever empties the table in passing loses the seconds since the last look; only more is worth
/// words, for a day.
void SlowLogTable::report_gap() {
  if (!position_.looked || now_ - *position_.looked < std::chrono::minutes(1)) {
    return;
  }
  gap_ = {now_,
          fmt::format("mysql.slow_log was emptied, and what it got between {} and then is lost; "
                      "rename it to mysql.slow_log_backup instead (CALL mysql.rds_rotate_slow_log)",
                      format_time(*position_.looked))};
  warnings_.push_back(gap_->words);
}

/// 0 when there is no such table, or none that we may read: asked for in a way that is no error of
/// the server's.
std::uint64_t SlowLogTable::first_of_backup() {
  bool there = false;
  session_.query(
      "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = "
      "'slow_log_backup'",
      {}, [&](const Row& /*row*/) { there = true; });
  std::uint64_t hash = 0;
  if (there) {
    rows_.clear();
    session_.query(select_rows(session_, kBackup) + " LIMIT 0, 1", {}, [&](const Row& row) {
      rows_.add(row);
      hash = rows_.hash(0);
    });
  }
  return hash;
}

bool SlowLogTable::start_over() {
  position_.rows = 0;
  position_.last_row = 0;
  position_.in_backup = false;
  return true;
}

/// Lost: the row that was read last is not where it was; nothing was given then.
SlowLogTable::Outcome SlowLogTable::read_from(const std::string& table, EventSink& sink) {
  const std::uint64_t known = position_.rows > 0 ? 1 : 0;
  bool lost = false;
  std::uint64_t number = 0;
  rows_.clear();
  ask(fmt::format("{} LIMIT {}, {}", select_rows(session_, table), position_.rows - known,
                  limit_ + known),
      table, [&](const Row& row) {
        if (lost) {
          return;
        }
        rows_.add(row);
        if (number++ < known) {
          lost = rows_.hash(0) != position_.last_row;
          rows_.clear();
        }
      });
  if (lost || number < known) {
    return Outcome::Lost;
  }
  give(sink);
  if (rows_.size() > 0) {
    position_.last_row = rows_.hash(rows_.size() - 1);
    position_.rows += rows_.size();
  }
  if (number == limit_ + known) {
    const std::size_t bytes = std::max<std::size_t>(rows_.bytes(), 1);
    limit_ =
        std::clamp<std::uint64_t>(std::min(limit_ * 2, limit_ * kMostBytes / bytes), 10, kMostRows);
    return Outcome::More;
  }
  limit_ = kFewRows;
  position_.looked = now_;
  return Outcome::Moved;
}

void SlowLogTable::ask(const std::string& sql, const std::string& table,
                       const std::function<void(const Row&)>& use) {
  try {
    session_.query(sql, {}, use);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Denied) {
      throw;
    }
    throw Error(ErrorKind::Denied, fmt::format("cannot read the slow log in the table {0}; run {1}",
                                               table, grant_select(session_, table)));
  }
}

/// Where in the table the row is now that was read last.
std::optional<std::uint64_t> SlowLogTable::find_last_row() {
  std::optional<std::uint64_t> found;
  std::uint64_t number = 0;
  session_.query(select_rows(session_, kTable), {}, [&](const Row& row) {
    rows_.clear();
    rows_.add(row);
    if (rows_.hash(0) == position_.last_row) {
      found = number;
    }
    ++number;
  });
  return found;
}

void SlowLogTable::give(EventSink& sink) {
  rows_.pad();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    MySqlSlowRow row;
    row.sql = rows_.column(i, Column::SqlText);
    if (row.sql.starts_with(kOwn)) {
      continue;
    }
    row.user_host = rows_.column(i, Column::UserHost);
    row.query_time = rows_.column(i, Column::QueryTime);
    row.lock_time = rows_.column(i, Column::LockTime);
    row.rows_sent = rows_.column(i, Column::RowsSent);
    row.rows_examined = rows_.column(i, Column::RowsExamined);
    row.rows_affected = rows_.column(i, Column::RowsAffected);
    row.database = rows_.column(i, Column::Db);
    row.thread_id = rows_.column(i, Column::ThreadId);
    const std::string_view utc = rows_.column(i, Column::StartUtc);
    row.at = parse_time(utc.empty() ? rows_.column(i, Column::StartTime) : utc);
    if (session_.version().engine == Engine::MariaDb) {
      // MySQL stores the time of writing, MariaDB the start.
      if (const auto query_time = parse_mysql_time_column(row.query_time); query_time && row.at) {
        *row.at += *query_time;
      }
    }
    if (row.at) {
      row.at = settle_time(*row.at, position_.looked, now_);
    }
    sink.on_event(event_of(row));
  }
}

void SlowLogTable::Rows::clear() {
  bytes_.clear();
  begins_.clear();
}

void SlowLogTable::Rows::add(const Row& row) {
  auto& begins = begins_.emplace_back();
  for (std::size_t column = 0; column < kColumns; ++column) {
    begins[column] = bytes_.size();
    bytes_ += row.text(column).value_or("");
  }
  begins[kColumns] = bytes_.size();
}

void SlowLogTable::Rows::pad() { bytes_.resize(bytes_.size() + kScanPadding); }

std::string_view SlowLogTable::Rows::column(std::size_t row, std::size_t column) const {
  const auto& begins = begins_[row];
  return std::string_view(bytes_).substr(begins[column], begins[column + 1] - begins[column]);
}

std::uint64_t SlowLogTable::Rows::hash(std::size_t row) const {
  const auto& begins = begins_[row];
  return XXH3_64bits(bytes_.data() + begins[0], begins[kHashed] - begins[0]);
}

}  // namespace unjam
