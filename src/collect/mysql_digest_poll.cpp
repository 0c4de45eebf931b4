#include "collect/mysql_digest_poll.h"

#include "collect/mysql_server.h"
#include "drivers/mysql_words.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

/// Rows are sent again when they were used up to this long before the poll before: MariaDB keeps
/// LAST_SEEN in whole seconds.
constexpr Duration kMargin = std::chrono::seconds(2);
constexpr unsigned kFullEvery = 30;
constexpr std::size_t kMostHistograms = 16;
/// The server walks its whole digest table for each histogram, so this many entries are walked per
/// poll: about 2 ms of the server's time.
constexpr std::size_t kHistogramWork = 4000;
constexpr std::uint64_t kPicoseconds = 1'000'000;  ///< In a microsecond.
constexpr std::string_view kOtherKey = "other";

/// Positions in a row.
struct Column {
  enum : std::size_t {
    Schema,
    Digest,
    Calls,
    Time,      // SUM_TIMER_WAIT, picoseconds
    TimeMax,   // MAX_TIMER_WAIT, picoseconds
    LockTime,  // SUM_LOCK_TIME, picoseconds
    Errors,
    RowsAffected,
    RowsSent,
    RowsExamined,
    DiskTables,
    WithoutIndex,
    Since,   // FIRST_SEEN, UTC
    Text,    // absent unless the entry is new
    Sample,  // MySQL only: absent unless the entry is new or the sample is its slowest execution
    SampleAt,
    SampleTime,  // QUERY_SAMPLE_TIMER_WAIT, picoseconds
  };
};

// {0}: entries made at or after this are new; {1}: the entries wanted.
constexpr std::string_view kMySqlEntries =
    "SELECT SCHEMA_NAME, DIGEST, COUNT_STAR, SUM_TIMER_WAIT, MAX_TIMER_WAIT, SUM_LOCK_TIME, "
    "SUM_ERRORS, SUM_ROWS_AFFECTED, SUM_ROWS_SENT, SUM_ROWS_EXAMINED, SUM_CREATED_TMP_DISK_TABLES, "
    "SUM_NO_INDEX_USED, FIRST_SEEN, IF(FIRST_SEEN >= '{0}', DIGEST_TEXT, NULL), "
    "IF(FIRST_SEEN >= '{0}' OR (QUERY_SAMPLE_SEEN >= '{0}' AND "
    "QUERY_SAMPLE_TIMER_WAIT = MAX_TIMER_WAIT), QUERY_SAMPLE_TEXT, NULL), QUERY_SAMPLE_SEEN, "
    "QUERY_SAMPLE_TIMER_WAIT FROM performance_schema.events_statements_summary_by_digest "
    "WHERE LAST_SEEN >= '{1}'";
constexpr std::string_view kMariaDbEntries =
    "SELECT SCHEMA_NAME, DIGEST, COUNT_STAR, SUM_TIMER_WAIT, MAX_TIMER_WAIT, SUM_LOCK_TIME, "
    "SUM_ERRORS, SUM_ROWS_AFFECTED, SUM_ROWS_SENT, SUM_ROWS_EXAMINED, SUM_CREATED_TMP_DISK_TABLES, "
    "SUM_NO_INDEX_USED, FIRST_SEEN, IF(FIRST_SEEN >= '{0}', DIGEST_TEXT, NULL) "
    "FROM performance_schema.events_statements_summary_by_digest WHERE LAST_SEEN >= '{1}'";
constexpr std::string_view kErrorCounts =
    "SELECT ERROR_NUMBER, ERROR_NAME, SUM_ERROR_RAISED "
    "FROM performance_schema.events_errors_summary_global_by_error "
    "WHERE SUM_ERROR_RAISED > 0 AND LAST_SEEN >= '{0}'";
// {0}: "= value" or "IS NULL".
constexpr std::string_view kHistogram =
    "SELECT BUCKET_TIMER_HIGH, COUNT_BUCKET "
    "FROM performance_schema.events_statements_histogram_by_digest "
    "WHERE SCHEMA_NAME {0} AND DIGEST = '{1}' AND COUNT_BUCKET > 0";

/// Before every time that a server gives; MySQL takes only times that a TIMESTAMP can be.
constexpr std::string_view kBeginning = "1970-01-02 00:00:00";

std::string sql_time(TimePoint at) {
  std::string text = format_time(at);  // "2024-05-18T02:40:00.033083Z"
  text.pop_back();
  text[10] = ' ';
  return text;
}

/// MySQL 9 writes what a prepared statement executes as "EXECUTE SELECT ...": the same statement as
/// without. "EXECUTE `name`" is a statement of its own.
std::string_view statement_of(std::string_view text) {
  constexpr std::string_view kExecute = "EXECUTE ";
  if (text.starts_with(kExecute) && text.size() > kExecute.size() && text[kExecute.size()] != '`') {
    text.remove_prefix(kExecute.size());
  }
  return text;
}

/// Microseconds of a column in picoseconds; 0 for NULL.
Duration picoseconds(std::optional<std::uint64_t> value) {
  return Duration(static_cast<std::int64_t>(value.value_or(0) / kPicoseconds));
}

/// What this source remembers of an entry.
struct Entry {
  std::optional<TimePoint> since;
  Duration total{0};            ///< Query time as of the last time it was sent.
  Duration with_histogram{-1};  ///< The same when its histogram was read; -1: never.
  bool own = false;
  bool cut = false;  ///< The text is longer than max_digest_length.
  bool seen = false;
};

class MySqlDigestPoll final : public CounterSource {
 public:
  explicit MySqlDigestPoll(Session& session)
      : session_(session),
        is_mysql_(session.version().engine == Engine::MySql),
        settings_(read_digest_settings(session)),
        server_start_(read_server_start(session)),
        reads_histograms_(is_mysql_),
        reads_errors_(is_mysql_) {
    if (const std::uint64_t executions = uncounted_executions(session); executions > 0) {
      losses_.push_back(fmt::format(
          "MariaDB does not count what the binary protocol executes ({} executions since the "
          "server "
          "started): watch the slow log too, or let the clients prepare statements themselves",
          executions));
    }
  }

  CounterSnapshot poll() override {
    CounterSnapshot snapshot;
    snapshot.dialect = is_mysql_ ? Dialect::MySql : Dialect::MariaDb;
    snapshot.server_start = server_start_;
    snapshot.at = read_server_time(session_);
    // All are sent when the server's clock went back: LAST_SEEN is not comparable then.
    const bool full = !last_ || snapshot.at < *last_ || polls_ % kFullEvery == 0;
    if (!read_entries(snapshot, full, !last_)) {
      read_entries(snapshot, true, true);
    }
    read_histograms(snapshot);
    read_errors(snapshot);
    warn(snapshot);
    last_ = snapshot.at;
    fresh_.clear();
    ++polls_;
    return snapshot;
  }

 private:
  bool read_entries(CounterSnapshot& snapshot, bool all, bool with_texts);
  bool take(const Row& row, bool with_texts, CounterSnapshot& snapshot);
  CounterRow read_row(const Row& row, std::optional<std::string_view> text) const;
  void forget_evicted();
  void read_histograms(CounterSnapshot& snapshot);
  void read_histogram(CounterRow& row);
  void read_errors(CounterSnapshot& snapshot);
  void warn(CounterSnapshot& snapshot) const;
  void lose(bool& capability, const std::string& table, const std::string& lost);

  Session& session_;
  bool is_mysql_;
  DigestSettings settings_;
  TimePoint server_start_;
  std::unordered_map<std::string, Entry> entries_;
  std::optional<TimePoint> last_;
  unsigned polls_ = 0;
  std::size_t cut_ = 0;
  std::uint64_t other_calls_ = 0;
  std::size_t histogram_credit_ = kHistogramWork;
  bool reads_histograms_;
  bool reads_errors_;
  std::vector<std::string> losses_;
  std::vector<std::string> fresh_;  ///< Met for the first time in this poll.
  std::string key_;                 ///< A scratch buffer.
};

/// Entries used since the poll before, or all; with the texts of those made since then, or of all.
/// False: the text of one that is not known was not among them.
bool MySqlDigestPoll::read_entries(CounterSnapshot& snapshot, bool all, bool with_texts) {
  const std::string since = last_ ? sql_time(*last_ - kMargin) : std::string(kBeginning);
  const std::string sql = fmt::format(fmt::runtime(is_mysql_ ? kMySqlEntries : kMariaDbEntries),
                                      with_texts ? kBeginning : since, all ? kBeginning : since);
  // What a poll that failed met for the first time was not reported.
  for (const std::string& key : fresh_) {
    entries_.erase(key);
  }
  fresh_.clear();
  snapshot.rows.clear();
  snapshot.complete = all;
  snapshot.server_time = Duration(0);
  if (all) {
    for (auto& [key, entry] : entries_) {
      entry.seen = false;
    }
  }
  bool all_known = true;
  session_.query(sql, {}, [&](const Row& row) { all_known &= take(row, with_texts, snapshot); });
  if (all) {
    forget_evicted();
  }
  return all_known;
}

bool MySqlDigestPoll::take(const Row& row, bool with_texts, CounterSnapshot& snapshot) {
  const auto schema = row.text(Column::Schema);
  const auto digest = row.text(Column::Digest);
  key_.assign(digest.value_or(kOtherKey));
  if (schema) {
    key_ += '/';
    key_ += *schema;
  }
  auto found = entries_.find(key_);
  const bool is_new = found == entries_.end();
  std::optional<std::string_view> text;
  if (is_new) {
    text = row.text(Column::Text);
    if (!text && digest && !with_texts) {
      return false;
    }
    found = entries_.try_emplace(key_).first;
    fresh_.push_back(key_);
    if (text) {
      while (text->ends_with(' ')) {
        text->remove_suffix(1);
      }
      found->second.own = text->find(kOwnMarkInDigest) != std::string_view::npos;
      found->second.cut = !found->second.own && is_cut_digest(*text, settings_.text_length);
      cut_ += found->second.cut ? 1U : 0U;
    }
  }
  Entry& entry = found->second;
  entry.seen = true;
  const auto since = parse_time(row.text(Column::Since).value_or(""));
  if (entry.since != since) {
    entry.total = Duration(0);
    entry.with_histogram = Duration(-1);
    entry.since = since;
  }
  const Duration before = entry.total;
  entry.total = picoseconds(row.integer(Column::Time));
  if (entry.own) {
    if (last_) {
      snapshot.server_time += std::max(entry.total - before, Duration(0));
    }
    return true;
  }

  snapshot.rows.push_back(read_row(row, text));
  CounterRow& counter = snapshot.rows.back();
  counter.key = key_;
  if (!digest) {
    other_calls_ = counter.counts.calls;
  }
  return true;
}

/// All but the key.
CounterRow MySqlDigestPoll::read_row(const Row& row, std::optional<std::string_view> text) const {
  CounterRow counter;
  counter.text = statement_of(text.value_or(""));
  counter.database = row.text(Column::Schema).value_or("");
  counter.since = parse_time(row.text(Column::Since).value_or(""));
  Counts& counts = counter.counts;
  counts.calls = row.integer(Column::Calls).value_or(0);
  counts.query_time = picoseconds(row.integer(Column::Time));
  counts.query_time_max = picoseconds(row.integer(Column::TimeMax));
  counts.lock_time.add(row.integer(Column::LockTime).value_or(0) / kPicoseconds);
  counts.errors = row.integer(Column::Errors).value_or(0);
  counts.rows_affected.add(row.integer(Column::RowsAffected).value_or(0));
  counts.rows_sent.add(row.integer(Column::RowsSent).value_or(0));
  counts.rows_examined.add(row.integer(Column::RowsExamined).value_or(0));
  counts.temporary_tables_on_disk.add(row.integer(Column::DiskTables).value_or(0));
  counts.without_index.add(row.integer(Column::WithoutIndex).value_or(0));
  if (is_mysql_) {
    if (const auto sample = row.text(Column::Sample); sample && !sample->empty()) {
      counter.sample = *sample;
      counter.sample_at = parse_time(row.text(Column::SampleAt).value_or(""));
      counter.sample_time = picoseconds(row.integer(Column::SampleTime));
    }
  }
  return counter;
}

/// After all were sent: what was not among them was removed by TRUNCATE.
void MySqlDigestPoll::forget_evicted() {
  bool other = false;
  cut_ = 0;
  for (auto at = entries_.begin(); at != entries_.end();) {
    if (!at->second.seen) {
      at = entries_.erase(at);
      continue;
    }
    other |= at->first == kOtherKey;
    cut_ += at->second.cut ? 1U : 0U;
    ++at;
  }
  if (!other) {
    other_calls_ = 0;
  }
}

/// Of the entries that took the most time since their histogram was read, as many as the work
/// allows.
void MySqlDigestPoll::read_histograms(CounterSnapshot& snapshot) {
  if (!reads_histograms_) {
    return;
  }
  const std::size_t work = std::max<std::size_t>(entries_.size(), 1);
  const std::size_t most = std::min(kMostHistograms, histogram_credit_ / work);
  histogram_credit_ =
      std::min(histogram_credit_ + kHistogramWork, std::max(work, kHistogramWork) * 2);
  std::vector<std::pair<Duration, std::size_t>> heaviest;
  for (std::size_t i = 0; most > 0 && i < snapshot.rows.size(); ++i) {
    const Entry& entry = entries_.at(snapshot.rows[i].key);
    const Duration grown = entry.total - std::max(entry.with_histogram, Duration(0));
    if (grown > Duration(0) && snapshot.rows[i].key != kOtherKey) {
      heaviest.emplace_back(grown, i);
    }
  }
  const std::size_t count = std::min(most, heaviest.size());
  std::partial_sort(heaviest.begin(), heaviest.begin() + static_cast<std::ptrdiff_t>(count),
                    heaviest.end(), std::greater<>());
  for (std::size_t i = 0; i < count && reads_histograms_; ++i) {
    histogram_credit_ -= std::min(work, histogram_credit_);
    read_histogram(snapshot.rows[heaviest[i].second]);
  }
}

void MySqlDigestPoll::read_histogram(CounterRow& row) {
  const std::string_view digest = std::string_view(row.key).substr(0, row.key.find('/'));
  const std::string schema = row.database.empty() ? "IS NULL" : "= " + sql_literal(row.database);
  try {
    session_.query(
        fmt::format(fmt::runtime(kHistogram), schema, digest), {}, [&](const Row& bucket) {
          row.times.push_back({picoseconds(bucket.integer(0)), bucket.integer(1).value_or(0)});
        });
    Entry& entry = entries_.at(row.key);
    entry.with_histogram = entry.total;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Unreachable) {
      throw;
    }
    row.times.clear();
    lose(reads_histograms_, "events_statements_histogram_by_digest", "percentiles are not known");
  }
}

void MySqlDigestPoll::read_errors(CounterSnapshot& snapshot) {
  if (!reads_errors_) {
    return;
  }
  // Everything the first time, so that increments have something to start from.
  const std::string since =
      snapshot.complete ? std::string(kBeginning) : sql_time(*last_ - kMargin);
  try {
    session_.query(fmt::format(fmt::runtime(kErrorCounts), since), {}, [&](const Row& row) {
      ErrorCounter counter{std::string(row.text(0).value_or("")),
                           std::string(row.text(1).value_or("")), row.integer(2).value_or(0)};
      if (!counter.name.starts_with("ER_WARN") && !counter.name.starts_with("WARN")) {
        snapshot.errors.push_back(std::move(counter));
      }
    });
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Unreachable) {
      throw;
    }
    snapshot.errors.clear();
    lose(reads_errors_, "events_errors_summary_global_by_error",
         "errors are not known by their number");
  }
}

/// A right that is missing is not asked for again: each attempt would count as an error of the
/// server's.
void MySqlDigestPoll::lose(bool& capability, const std::string& table, const std::string& lost) {
  capability = false;
  losses_.push_back(fmt::format("cannot read performance_schema.{}: {}; run {}", table, lost,
                                grant_select(session_, "performance_schema." + table)));
}

void MySqlDigestPoll::warn(CounterSnapshot& snapshot) const {
  snapshot.warnings = losses_;
  if (other_calls_ > 0) {
    snapshot.warnings.push_back(fmt::format(
        "performance_schema's digest table is full ({0} entries): {1} executions are other "
        "queries; set performance_schema_digests_size={2} under [mysqld] in my.cnf and restart, or "
        "empty it with TRUNCATE TABLE performance_schema.events_statements_summary_by_digest",
        settings_.size, other_calls_, std::max<std::uint64_t>(settings_.size * 2, 10'000)));
  }
  if (cut_ > 0) {
    const std::uint64_t longer = std::max<std::uint64_t>(settings_.text_length * 4, 4096);
    snapshot.warnings.push_back(fmt::format(
        "{0} statement texts are cut at max_digest_length: those that differ behind it are one; "
        "set "
        "max_digest_length={1} and performance_schema_max_digest_length={1} under [mysqld] in "
        "my.cnf and restart",
        cut_, longer));
  }
}

}  // namespace

std::unique_ptr<CounterSource> make_mysql_digest_poll(Session& session) {
  return std::make_unique<MySqlDigestPoll>(session);
}

}  // namespace unjam
