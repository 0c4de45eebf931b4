// Reader of MySQL, Percona Server and MariaDB slow log files (also of RDS, Aurora and TiDB).
//
// Decisions depend on the bytes at and behind an event, as far as possible, so that a reader which
// starts in the middle of a file sees the same events as one that comes from its beginning.

#include "collect/mysql_boundary.h"
#include "collect/mysql_header.h"
#include "collect/mysql_readers.h"
#include "collect/mysql_statement_end.h"
#include "collect/skip_log.h"
#include "unjam/lex/shape.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace unjam {
namespace {

constexpr std::string_view kAdminPrefix = "# administrator command: ";

// The fast scan tries this much; a longer statement is searched for its end first.
constexpr std::size_t kFastScan = std::size_t{64} * 1024;
constexpr std::size_t kLookahead = std::size_t{16} * 1024 * 1024;
// Looking ahead of unterminated statements is paid from this account, which every byte that is used
// up fills again, so that the work stays linear in the size of the log.
constexpr std::size_t kCredit = 4 * kLookahead;
constexpr std::size_t kCreditPerByte = 4;
constexpr std::size_t kLeastLookahead = std::size_t{2} * 1024;
// Longer than any packet that a server takes by default (64 MiB); bounds the memory of a stream.
constexpr std::size_t kLongestStatement = std::size_t{256} * 1024 * 1024;
// Windows at least this large are only read again when they have grown by a quarter.
constexpr std::size_t kLargeWindow = std::size_t{1024} * 1024;

/// Ends the fast scan where an event, a banner or the end of the log follows.
class NextEventTest final : public EndTest {
 public:
  NextEventTest(const char* end, bool at_end) : end_(end), at_end_(at_end) {}

  bool ends_before(std::string_view rest) override {
    // The scan may have been given less than there is: look at what really follows the `;`.
    const char* at = rest.data();
    if (at[-1] == ';' && at < end_ && *at == '\r') {
      ++at;
    }
    if (at[-1] != '\n') {
      if (at == end_) {
        next_ = at;
        needs_more_ = !at_end_;
        return true;
      }
      if (*at != '\n') {
        return false;
      }
      ++at;
    }
    next_ = at;
    const Probe probe = probe_next_event(at, end_, at_end_);
    needs_more_ = probe == Probe::NeedsMore;
    return probe != Probe::No;
  }

  bool needs_more() const { return needs_more_; }
  const char* next() const { return next_; }

 private:
  const char* end_;
  const char* next_ = nullptr;
  bool at_end_;
  bool needs_more_ = false;
};

class MySqlSlowLogReader final : public LogReader {
 public:
  MySqlSlowLogReader(Dialect dialect, const ReaderOptions& options, bool mid_file)
      : dialect_(dialect),
        parser_(options.utc_offset),
        scanner_(dialect),
        timestamp_is_start_(dialect == Dialect::MariaDb),
        database_(mid_file ? kInheritedDatabase : std::string_view()) {}

  Dialect dialect() const override { return dialect_; }
  std::size_t read(const Window& window, EventSink& sink) override;
  void finish(EventSink& /*sink*/) override {}
  std::size_t find_record(std::string_view bytes) const override;
  const std::map<std::string, Skipped>& skipped() const override { return skips_.reasons(); }
  std::string_view database_state() const override { return database_; }

 private:
  const char* read_item(const char* at, EventSink& sink);
  const char* read_event(const char* at, EventSink& sink);
  const char* read_admin(const char* text, EventSink& sink);
  const char* read_statement(const char* text, EventSink& sink);
  const char* read_difficult(const char* text, const NextEventTest* scanned, std::size_t length,
                             EventSink& sink);
  const char* skip_garbage(const char* at);
  void deliver(EventKind kind, std::string_view sql, const StatementScan* scan, bool partial,
               EventSink& sink);
  void fill_time();
  void read_banner(const char* line);
  bool may_have_syntax_error() const;

  Dialect dialect_;
  MySqlHeaderParser parser_;
  ShapeScanner scanner_;
  SkipLog skips_;
  MySqlHeader header_;
  LogEvent event_;
  bool timestamp_is_start_;
  std::string database_;
  std::optional<TimePoint> last_time_;  // Of the last `# Time:` line.
  std::size_t credit_ = kCredit;
  std::size_t retry_size_ = 0;
  bool in_garbage_ = false;
  const char* end_ = nullptr;     // Of the window.
  const char* probed_ = nullptr;  // A header block is known to begin here.
  bool at_end_ = false;
};

bool MySqlSlowLogReader::may_have_syntax_error() const {
  constexpr std::uint64_t kParseError = 1064;
  constexpr std::uint64_t kSyntaxError = 1149;
  return !header_.error || *header_.error == kParseError || *header_.error == kSyntaxError;
}

/// `at` is the end of the statement. The SET line tells it on MySQL up to 5.7; on MySQL from 8.0.14
/// and on MariaDB it tells the start, in whole seconds, so the end is that plus the query time.
void MySqlSlowLogReader::fill_time() {
  const auto seen = header_.written ? header_.written : header_.local_time;
  if (seen) {
    last_time_ = seen;
  }
  if (header_.written) {
    event_.at = header_.written;
  } else if (header_.timestamp) {
    event_.at = TimePoint(std::chrono::seconds(*header_.timestamp));
    if (timestamp_is_start_ && header_.query_time) {
      *event_.at += *header_.query_time;
    }
  } else {
    event_.at = last_time_;
  }
}

void MySqlSlowLogReader::deliver(EventKind kind, std::string_view sql, const StatementScan* scan,
                                 bool partial, EventSink& sink) {
  event_.kind = kind;
  event_.sql = sql;
  fill_time();
  event_.query_time = header_.query_time;
  event_.lock_time = header_.lock_time;
  // Those of administrator commands belong to the statement before.
  const bool counts = kind == EventKind::Statement;
  event_.rows_examined = counts ? header_.rows_examined : std::nullopt;
  event_.rows_sent = counts ? header_.rows_sent : std::nullopt;
  event_.rows_affected = counts ? header_.rows_affected : std::nullopt;
  event_.bytes_sent = counts ? header_.bytes_sent : std::nullopt;
  event_.user = header_.user;
  event_.host = header_.host;
  event_.database = header_.schema ? *header_.schema : std::string_view(database_);
  event_.thread_id = header_.thread_id;
  const bool failed = header_.error.value_or(0) != 0 || header_.killed.value_or(0) != 0;
  event_.error = failed ? header_.error_text : std::string_view();
  event_.rate_limit = counts ? header_.rate_limit : 1;
  event_.nested = header_.nested;
  event_.partial = partial;
  event_.scan = scan;
  sink.on_event(event_);
}

/// Returns `text` if a statement stands there after all, which begins with such a comment.
const char* MySqlSlowLogReader::read_admin(const char* text, EventSink& sink) {
  const char* const next = next_line(text, end_);
  const char* const line_end = trim_line_end(text, next);
  if (next[-1] != '\n' && !at_end_) {
    return nullptr;
  }
  const bool cut = next[-1] != '\n' && line_end[-1] != ';';
  if (cut) {
    deliver(EventKind::Admin, {text, static_cast<std::size_t>(line_end - text)}, nullptr, true,
            sink);
    return next;
  }
  if (line_end[-1] != ';') {
    return text;
  }
  const Probe probe = probe_next_event(next, end_, at_end_);
  if (probe == Probe::NeedsMore) {
    return nullptr;
  }
  if (probe == Probe::No) {
    return text;
  }
  deliver(EventKind::Admin, {text, static_cast<std::size_t>(line_end - 1 - text)}, nullptr, false,
          sink);
  return next;
}

/// What the fast scan could not settle. `scanned`: where it found the end, or nullptr.
const char* MySqlSlowLogReader::read_difficult(const char* text, const NextEventTest* scanned,
                                               std::size_t length, EventSink& sink) {
  StatementEndQuery query;
  query.text = {text, static_cast<std::size_t>(end_ - text)};
  query.at_end = at_end_;
  query.ansi_quotes = dialect_ == Dialect::MySqlAnsi;
  query.syntax_error = may_have_syntax_error();
  query.lookahead = std::clamp(credit_, kLeastLookahead, kLookahead);
  if (scanned != nullptr) {
    query.scan_length = length;
    query.scan_next = static_cast<std::size_t>(scanned->next() - text);
  }
  StatementEnd found = find_statement_end(query);
  if (!found.known) {
    if (query.text.size() < kLongestStatement) {
      return nullptr;
    }
    found.known = true;
    found.length = kLongestStatement;
    found.next = kLongestStatement;
    found.cut = true;
  }
  const std::size_t ahead = found.read > found.next ? found.read - found.next : 0;
  credit_ -= std::min(credit_, ahead);
  if (found.cut && found.length == 0 && found.next > 0 && text + found.next != end_) {
    skips_.add("no statement", query.text.substr(0, found.next));
    return text + found.next;
  }
  const std::string_view sql = query.text.substr(0, found.length);
  const StatementScan& scan = scanner_.scan(sql);
  deliver(EventKind::Statement, sql, &scan, found.cut, sink);
  if (found.doubtful != std::string_view::npos) {
    skips_.add("doubtful event at the end", query.text.substr(found.doubtful));
  }
  return text + found.next;
}

const char* MySqlSlowLogReader::read_statement(const char* text, EventSink& sink) {
  const auto size = static_cast<std::size_t>(end_ - text);
  NextEventTest test(end_, at_end_);
  const std::size_t wanted = std::clamp(credit_, kLeastLookahead, kFastScan);
  const std::size_t stage = std::min(size, wanted);
  const StatementScan& scan = scanner_.scan_until({text, stage}, test);
  if (!scan.ended && stage < wanted && !at_end_) {
    // Its end may be among the bytes to come: where a window ends must not decide.
    return nullptr;
  }
  if (!scan.ended) {
    credit_ -= std::min(credit_, stage);
    return read_difficult(text, nullptr, 0, sink);
  }
  if (test.needs_more()) {
    return nullptr;
  }
  if (scan.hash_line) {
    return read_difficult(text, &test, scan.length, sink);
  }
  const std::string_view sql(text, scan.length);
  const bool throttle =
      header_.user.empty() && header_.host.empty() && is_mysql_throttle_summary(sql);
  deliver(throttle ? EventKind::Throttle : EventKind::Statement, sql, &scan, false, sink);
  probed_ = test.next();
  return test.next();
}

/// Behind the event whose header is at `at`; nullptr if the window does not hold all of it.
const char* MySqlSlowLogReader::read_event(const char* at, EventSink& sink) {
  const HeaderEnd header = parser_.parse(at, end_, at_end_, header_);
  const std::string_view bytes(at, static_cast<std::size_t>(header.next - at));
  switch (header.status) {
    case HeaderStatus::NeedsMore:
      return nullptr;
    case HeaderStatus::Cut:
      skips_.add("cut header", {at, static_cast<std::size_t>(end_ - at)});
      return end_;
    case HeaderStatus::NoQueryTime:
    case HeaderStatus::NoStatement:
      skips_.add(header.status == HeaderStatus::NoStatement ? "no statement" : "no Query_time",
                 bytes);
      if (header_.use) {
        database_ = *header_.use;
      }
      return header.next;
    case HeaderStatus::Complete:
      break;
  }
  // If the window turns out to be too small, the header is read again: keep what it changes.
  const bool database_changes = header_.use && *header_.use != database_;
  std::string database_before;
  if (database_changes) {
    database_before.swap(database_);
    database_ = *header_.use;
  }
  const char* next = header.next;
  const std::string_view rest(next, static_cast<std::size_t>(end_ - next));
  const bool cut_admin =
      rest.size() < kAdminPrefix.size() && kAdminPrefix.starts_with(rest) && !rest.empty();
  if (cut_admin && at_end_) {
    skips_.add("cut header", bytes);
    return end_;
  }
  if (cut_admin) {
    next = nullptr;
  } else if (rest.starts_with(kAdminPrefix)) {
    next = read_admin(header.next, sink);
  }
  if (next == header.next) {
    next = read_statement(header.next, sink);
  }
  if (next == nullptr) {
    if (database_changes) {
      database_.swap(database_before);
    }
    return nullptr;
  }
  if (header_.broken_time) {
    skips_.add("broken time", bytes);
  }
  credit_ = std::min(kCredit, credit_ + kCreditPerByte * static_cast<std::size_t>(next - at));
  return next;
}

void MySqlSlowLogReader::read_banner(const char* line) {
  database_.clear();
  last_time_.reset();
  const std::string_view text(line, static_cast<std::size_t>(next_line(line, end_) - line));
  const std::size_t version = text.find(", Version: ");
  if (version == std::string_view::npos || dialect_ == Dialect::MariaDb) {
    return;
  }
  const char* const major = text.data() + version + 11;
  timestamp_is_start_ = text.find("MariaDB") != std::string_view::npos ||
                        (major < end_ && *major >= '8' && *major <= '9');
}

/// Passes over bytes that belong to no event. nullptr: nothing of it can be passed over yet.
const char* MySqlSlowLogReader::skip_garbage(const char* at) {
  const char* line = at;
  const char* no_header_until = at;
  while (line < end_) {
    // What read_item() knows by its first byte ends the garbage: the end of a window would, too.
    if (line != at && (*line == '\0' || *line == '\n' || *line == '\r' || *line == '\xef')) {
      break;
    }
    Probe probe = Probe::No;
    if (*line != '#') {
      probe = probe_banner(line, end_, at_end_);
    } else if (line >= no_header_until) {
      probe = probe_header(line, end_, at_end_, &no_header_until);
    }
    if (probe != Probe::No) {
      break;
    }
    const char* const next = next_line(line, end_);
    const bool cut = next == end_ && next[-1] != '\n' && !at_end_;
    if (cut && static_cast<std::size_t>(end_ - line) < kLargeWindow) {
      break;
    }
    line = next;
  }
  if (line == at) {
    return nullptr;
  }
  if (!in_garbage_) {
    skips_.add("no header", {at, static_cast<std::size_t>(line - at)});
  }
  in_garbage_ = true;
  return line;
}

/// Behind the item at `at`, the start of a line; nullptr if the window does not hold all of it.
const char* MySqlSlowLogReader::read_item(const char* at, EventSink& sink) {
  if (*at == '#') {
    const Probe probe = at == probed_ ? Probe::Yes : probe_header(at, end_, at_end_);
    if (probe == Probe::NeedsMore) {
      return nullptr;
    }
    if (probe == Probe::Yes) {
      in_garbage_ = false;
      return read_event(at, sink);
    }
    return skip_garbage(at);
  }
  if (*at == '\n' || *at == '\r') {
    return at + 1;
  }
  if (*at == '\0') {
    const char* const nul_end = std::find_if(at, end_, [](char c) { return c != '\0'; });
    if (!in_garbage_) {
      skips_.add("NUL bytes", {at, static_cast<std::size_t>(nul_end - at)});
    }
    in_garbage_ = true;
    return nul_end;
  }
  if (end_ - at >= 3 && std::memcmp(at, "\xef\xbb\xbf", 3) == 0) {
    return at + 3;
  }
  const Probe probe = probe_banner(at, end_, at_end_);
  if (probe == Probe::NeedsMore) {
    return nullptr;
  }
  if (probe == Probe::Yes) {
    in_garbage_ = false;
    const char* const line_end = trim_line_end(at, next_line(at, end_));
    const char* const banner = banner_begin(at, line_end);
    if (banner != at && !std::all_of(at, banner, [](char c) { return c == '\0'; })) {
      skips_.add("no header", {at, static_cast<std::size_t>(banner - at)});
    }
    read_banner(banner);
    return banner_end(at, end_);
  }
  return skip_garbage(at);
}

std::size_t MySqlSlowLogReader::read(const Window& window, EventSink& sink) {
  const std::size_t size = window.bytes.size();
  if (!window.at_end && size < retry_size_) {
    return 0;
  }
  const char* const begin = window.bytes.data();
  end_ = begin + size;
  at_end_ = window.at_end;
  const char* const stop = begin + std::min(window.stop, size);
  const char* at = begin;
  probed_ = nullptr;
  while (at < stop) {
    const char* const next = read_item(at, sink);
    if (next == nullptr) {
      break;
    }
    at = next;
  }
  retry_size_ = at == begin && size >= kLargeWindow ? size + size / 4 : 0;
  return static_cast<std::size_t>(at - begin);
}

std::size_t MySqlSlowLogReader::find_record(std::string_view bytes) const {
  if (bytes.starts_with("# Time: ") &&
      probe_header(bytes.data(), bytes.data() + bytes.size(), true) == Probe::Yes) {
    return 0;
  }
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* at = begin;
  const char* no_header_until = begin;
  while ((at = find_hash_line(at, end)) != end) {
    const char* const line = ++at;
    if (line < no_header_until || probe_header(line, end, true, &no_header_until) != Probe::Yes) {
      continue;
    }
    if (std::string_view(line, static_cast<std::size_t>(end - line)).starts_with("# Time: ")) {
      return static_cast<std::size_t>(line - begin);
    }
    // Any other line may stand in the middle of a header: the line before must be seen to be none.
    const char* previous = line - 1;
    while (previous > begin && previous[-1] != '\n') {
      --previous;
    }
    if (previous > begin && *previous != '#') {
      return static_cast<std::size_t>(line - begin);
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::unique_ptr<LogReader> make_mysql_slow_log_reader(Dialect dialect, const ReaderOptions& options,
                                                      bool mid_file) {
  return std::make_unique<MySqlSlowLogReader>(dialect, options, mid_file);
}

}  // namespace unjam
