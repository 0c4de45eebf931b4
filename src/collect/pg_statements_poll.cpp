#include "collect/pg_statements_poll.h"

#include "collect/pg_server.h"
#include "collect/pg_statement_verb.h"
#include "drivers/pg_words.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

enum Column : std::size_t {
  UserId,
  DatabaseId,
  QueryId,   // absent: of another role, and we may not see it
  TopLevel,  // 0: called from a function; from 1.9 on
  Calls,
  Time,        // total_exec_time, milliseconds
  TimeMax,     // max_exec_time, milliseconds
  Rows,        // sent or affected
  BlocksRead,  // shared_blks_read
  Since,       // stats_since, from 1.11 on; microseconds since the epoch
  Text,        // absent unless asked for
};

// {0}: schema; {1}: toplevel; {2}: since; {3}: text; {4}: whether the server reads its texts; {5}:
// condition. total_exec_time and max_exec_time have these names from extension 1.8 on.
constexpr std::string_view kEntries =
    "SELECT userid, dbid, queryid, {1}, calls, total_exec_time, max_exec_time, rows, "
    "shared_blks_read, {2}, {3} FROM {0}.pg_stat_statements({4}){5}";
// date_part(): a float8 tells microseconds exactly for another century, and extract()'s numeric
// takes the server longer than all the rest of a row.
constexpr std::string_view kSinceMicroseconds =
    "(date_part('epoch', stats_since) * 1000000)::bigint";
// {0}: kInfo or kNoInfo.
constexpr std::string_view kServer =
    "SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint, "
    "(extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint, {0}";
// {}: schema. The view is there from extension 1.9 on.
constexpr std::string_view kInfo =
    "dealloc, (extract(epoch FROM stats_reset) * 1000000)::bigint FROM "
    "{}.pg_stat_statements_info";
constexpr std::string_view kNoInfo = "0, NULL";
constexpr std::string_view kMaximum = "pg_stat_statements.max";

/// More than these are not named one by one when texts are read.
constexpr std::size_t kMostNamed = 500;

struct Key {
  std::uint32_t user = 0;
  std::uint32_t database = 0;
  std::int64_t query = 0;
  bool top_level = true;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    // A query id is a hash already.
    return static_cast<std::size_t>(key.query) ^
           ((std::uint64_t{key.user} << 33) + (std::uint64_t{key.database} << 1) +
            (key.top_level ? 1U : 0U)) *
               0x9E37'79B9'7F4A'7C15U;
  }
};

template <typename Number>
Number number_of(const Row& row, std::size_t column) {
  const std::string_view text = row.text(column).value_or("");
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Key key_of(const Row& row) {
  return {number_of<std::uint32_t>(row, Column::UserId),
          number_of<std::uint32_t>(row, Column::DatabaseId),
          number_of<std::int64_t>(row, Column::QueryId),
          number_of<int>(row, Column::TopLevel) != 0};
}

/// Sums are rounded, not their differences: these add up to what the server counted.
Duration milliseconds(const Row& row, std::size_t column) {
  return Duration(std::llround(row.real(column).value_or(0) * 1000));
}

std::optional<TimePoint> time_of(const Row& row, std::size_t column) {
  if (!row.text(column)) {
    return std::nullopt;
  }
  return TimePoint(Duration(number_of<std::int64_t>(row, column)));
}

/// What has to be run, in one line.
std::string installation(Session& session) {
  std::string statements = pg_statements_installation(session);
  std::replace(statements.begin(), statements.end(), '\n', ' ');
  return statements;
}

/// What one poll has read so far.
struct Reading {
  std::vector<Key> keys;
  std::vector<CounterRow> rows;  ///< Of keys; without text, user and database.
  std::unordered_map<Key, std::string, KeyHash> texts;
  std::size_t hidden = 0;  ///< Entries of other roles that we may not see.
};

class PgStatementsPoll final : public CounterSource {
 public:
  explicit PgStatementsPoll(Session& session);
  CounterSnapshot poll() override;

 private:
  struct Entry {
    std::uint32_t seen = 0;  ///< Its last poll.
    bool own = false;
    bool sends_rows = false;
  };
  using Names = std::unordered_map<std::uint32_t, std::string>;

  std::string entries_sql(bool with_texts, const std::string& condition) const;
  void read_server(CounterSnapshot& snapshot);
  void read_entries(Reading& reading, bool with_texts);
  void read_texts(Reading& reading);
  void report(Reading& reading, CounterSnapshot& snapshot);
  void read_names(const Reading& reading);
  void warn(const Reading& reading, CounterSnapshot& snapshot);

  Session& session_;
  PgStatements statements_;
  std::uint32_t own_id_ = 0;
  std::string own_name_;
  std::unordered_map<Key, Entry, KeyHash> entries_;
  Names users_;
  Names databases_;
  std::uint32_t polls_ = 0;
  Duration own_time_{0};  ///< Of all our statements, as of the last poll.
  std::uint64_t evictions_ = 0;
};

PgStatementsPoll::PgStatementsPoll(Session& session) : session_(session) {
  const auto found = find_pg_statements(session);
  if (!found) {
    throw Error(ErrorKind::Unsupported,
                "pg_stat_statements is not in the database that unjam connects to; as a superuser, "
                "run there: " +
                    installation(session));
  }
  if (found->version < 8) {
    throw Error(
        ErrorKind::Unsupported,
        fmt::format("pg_stat_statements 1.{} is too old: unjam reads 1.8 (PostgreSQL 13) and "
                    "newer; if the server itself is newer, run ALTER EXTENSION "
                    "pg_stat_statements UPDATE;",
                    found->version));
  }
  statements_ = *found;
  session.query("SELECT oid, rolname FROM pg_catalog.pg_roles WHERE rolname = current_user", {},
                [&](const Row& row) {
                  own_id_ = number_of<std::uint32_t>(row, 0);
                  own_name_ = row.text(1).value_or("");
                });
}

CounterSnapshot PgStatementsPoll::poll() {
  ++polls_;
  CounterSnapshot snapshot;
  snapshot.dialect = Dialect::PostgreSql;
  Reading reading;
  // At first all texts are new: one walk over the entries instead of two.
  const bool with_texts = entries_.empty();
  try {
    read_server(snapshot);
    read_entries(reading, with_texts);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Unsupported && !pg_setting(session_, kMaximum)) {
      throw Error(ErrorKind::Unsupported,
                  fmt::format("{}; as a superuser, run: {}", error.what(), installation(session_)));
    }
    throw;
  }
  if (!with_texts) {
    read_texts(reading);
  }
  read_names(reading);
  report(reading, snapshot);
  warn(reading, snapshot);
  return snapshot;
}

std::string PgStatementsPoll::entries_sql(bool with_texts, const std::string& condition) const {
  return fmt::format(kEntries, statements_.schema, statements_.version >= 9 ? "toplevel::int" : "1",
                     statements_.version >= 11 ? kSinceMicroseconds : "NULL",
                     with_texts ? "query" : "NULL", with_texts ? "true" : "false", condition);
}

void PgStatementsPoll::read_server(CounterSnapshot& snapshot) {
  const std::string info =
      statements_.version >= 9 ? fmt::format(kInfo, statements_.schema) : std::string(kNoInfo);
  session_.query(fmt::format(kServer, info), {}, [&](const Row& row) {
    snapshot.at = time_of(row, 0).value_or(TimePoint());
    snapshot.server_start = time_of(row, 1);
    evictions_ = row.integer(2).value_or(0);
    snapshot.reset_at = time_of(row, 3);
  });
}

void PgStatementsPoll::read_entries(Reading& reading, bool with_texts) {
  session_.query(entries_sql(with_texts, {}), {}, [&](const Row& row) {
    if (!row.text(Column::QueryId)) {
      ++reading.hidden;
      return;
    }
    const Key key = key_of(row);
    if (const auto text = row.text(Column::Text)) {
      reading.texts.emplace(key, *text);
    }
    CounterRow& read = reading.rows.emplace_back();
    read.counts.calls = row.integer(Column::Calls).value_or(0);
    read.counts.query_time = milliseconds(row, Column::Time);
    read.counts.query_time_max = milliseconds(row, Column::TimeMax);
    read.counts.rows_sent.sum =
        row.integer(Column::Rows).value_or(0);  // or affected: report() decides
    read.counts.blocks_read.add(row.integer(Column::BlocksRead).value_or(0));
    read.since = time_of(row, Column::Since);
    reading.keys.push_back(key);
  });
}

/// The server reads its whole file of texts for this, however few are wanted.
void PgStatementsPoll::read_texts(Reading& reading) {
  std::string ids;
  std::size_t named = 0;
  for (const Key& key : reading.keys) {
    if (!entries_.contains(key)) {
      ids += fmt::format("{}{}", named++ == 0 ? "" : ",", key.query);
    }
  }
  if (named == 0) {
    return;
  }
  const std::string condition =
      named > kMostNamed ? std::string() : fmt::format(" WHERE queryid IN ({})", ids);
  session_.query(entries_sql(true, condition), {}, [&](const Row& row) {
    const auto text = row.text(Column::Text);
    if (text && row.text(Column::QueryId)) {
      const Key key = key_of(row);
      if (!entries_.contains(key)) {
        reading.texts.emplace(key, *text);
      }
    }
  });
}

/// Roles and databases that are not known yet; those that were dropped have no name.
void PgStatementsPoll::read_names(const Reading& reading) {
  const auto complete = [&](Names& names, std::uint32_t Key::*id, const char* sql) {
    const bool all_known = std::all_of(reading.keys.begin(), reading.keys.end(),
                                       [&](const Key& key) { return names.contains(key.*id); });
    if (all_known) {
      return;
    }
    session_.query(sql, {}, [&](const Row& row) {
      names[number_of<std::uint32_t>(row, 0)] = row.text(1).value_or("");
    });
    for (const Key& key : reading.keys) {
      names.try_emplace(key.*id);
    }
  };
  complete(users_, &Key::user, "SELECT oid, rolname FROM pg_catalog.pg_roles");
  complete(databases_, &Key::database, "SELECT oid, datname FROM pg_catalog.pg_database");
}

void PgStatementsPoll::report(Reading& reading, CounterSnapshot& snapshot) {
  Duration own_time{0};
  snapshot.complete = reading.hidden == 0;
  for (std::size_t i = 0; i < reading.keys.size(); ++i) {
    const Key& key = reading.keys[i];
    CounterRow& row = reading.rows[i];
    auto entry = entries_.find(key);
    if (entry == entries_.end()) {
      const auto text = reading.texts.find(key);
      if (text == reading.texts.end()) {
        // Evicted since, or the server has lost its file of texts: it may come with a later poll.
        snapshot.complete = false;
        continue;
      }
      entry = entries_.try_emplace(key).first;
      entry->second.own = key.user == own_id_ && is_marked_as_own_pg(text->second);
      entry->second.sends_rows = pg_sends_rows(text->second);
      row.text = std::move(text->second);
    }
    entry->second.seen = polls_;
    if (entry->second.own) {
      own_time += row.counts.query_time;
      continue;
    }
    const std::uint64_t rows = row.counts.rows_sent.sum;
    row.counts.rows_sent = {};
    (entry->second.sends_rows ? row.counts.rows_sent : row.counts.rows_affected).add(rows);
    row.key = fmt::format("{}.{}.{}.{}", key.user, key.database, key.query, key.top_level ? 1 : 0);
    row.user = users_[key.user];
    row.database = databases_[key.database];
    snapshot.rows.push_back(std::move(row));
  }
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.seen != polls_; });
  // Less after a reset of the statistics.
  snapshot.server_time = polls_ == 1 ? Duration(0) : std::max(own_time - own_time_, Duration(0));
  own_time_ = own_time;
}

void PgStatementsPoll::warn(const Reading& reading, CounterSnapshot& snapshot) {
  if (reading.hidden > 0) {
    snapshot.warnings.push_back(fmt::format(
        "{} of {} entries of pg_stat_statements are hidden from role {}: run GRANT "
        "pg_read_all_stats TO {};",
        reading.hidden, reading.hidden + reading.keys.size(), own_name_, pg_name(own_name_)));
  }
  if (evictions_ > 0) {
    const std::string maximum = pg_setting(session_, kMaximum).value_or("?");
    snapshot.warnings.push_back(fmt::format(
        "pg_stat_statements was full (pg_stat_statements.max = {0}) and has evicted its least used "
        "entries {1} times since its last reset, with what they counted: run ALTER SYSTEM SET "
        "pg_stat_statements.max = {2}; and restart the server",
        maximum, evictions_, std::strtoull(maximum.c_str(), nullptr, 10) * 2));
  }
}

}  // namespace

std::unique_ptr<CounterSource> make_pg_statements_poll(Session& session) {
  return std::make_unique<PgStatementsPoll>(session);
}

}  // namespace unjam
