#include "collect/pg_stderr_log.h"

#include "collect/pg_message_catalog.h"
#include "collect/pg_prefix.h"
#include "collect/pg_record.h"
#include "collect/skip_log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace unjam {
namespace {

constexpr auto kNone = std::string_view::npos;

/// Secondary lines that another backend's lines keep from their primary line are looked for this
/// far.
constexpr std::size_t kLookAheadLines = 64;
constexpr std::size_t kLookAheadBytes = std::size_t{64} << 10;

/// Does `line`, in a log that has lost the tabs of its continuation lines, go on with SQL or a
/// plan? Output of other programs between the records does not look like that.
bool looks_like_sql(std::string_view line) {
  if (line.empty() || line.front() == ' ' ||
      std::string_view("(),'\"-/*;+").find(line.front()) != kNone) {
    return true;
  }
  constexpr std::array<std::string_view, 42> kWords{
      "select", "from",   "where",   "and",    "or",     "join",      "left",   "right", "inner",
      "outer",  "full",   "cross",   "on",     "order",  "group",     "having", "limit", "offset",
      "union",  "values", "set",     "into",   "as",     "case",      "when",   "then",  "else",
      "end",    "with",   "insert",  "update", "delete", "returning", "for",    "using", "not",
      "in",     "is",     "between", "exists", "query",  "window"};
  std::array<char, 12> word{};
  std::size_t size = 0;
  while (size < line.size() && size < word.size() &&
         ((line[size] | 0x20) >= 'a' && (line[size] | 0x20) <= 'z')) {
    word[size] = static_cast<char>(line[size] | 0x20);
    ++size;
  }
  const bool ends = size == line.size() || line[size] == ' ' || line[size] == '(' ||
                    line[size] == ';' || line[size] == ',';
  return ends && std::find(kWords.begin(), kWords.end(), std::string_view(word.data(), size)) !=
                     kWords.end();
}

/// Bytes of one field of a record in the window.
struct Stretch {
  std::size_t end = 0;     ///< Behind the line feed of its last line.
  bool continued = false;  ///< More than one line.
  bool cut = false;        ///< The last line has no line feed.
};

bool same_session(const PgLine& left, const PgLine& right) {
  return left.pid && right.pid ? left.pid == right.pid : left.session_id == right.session_id;
}

class PgStderrLog : public LogReader {
 public:
  PgStderrLog(std::string_view log_line_prefix, std::chrono::seconds utc_offset, bool mid_file)
      : prefix_(log_line_prefix, utc_offset), before_first_(mid_file) {}

  Dialect dialect() const override { return Dialect::PostgreSql; }
  std::size_t read(const Window& window, EventSink& sink) override;
  void finish(EventSink& sink) override { interpreter_.finish(sink); }
  std::size_t find_record(std::string_view bytes) const override;
  const std::map<std::string, Skipped>& skipped() const override { return skip_log_.reasons(); }

 private:
  struct Peeked {
    std::size_t at = kNone;
    std::size_t end = 0;  ///< Behind the line feed.
    bool matches = false;
    bool cut = false;
    PgLine line;
  };

  /// npos: no line feed.
  std::size_t line_feed(std::size_t position) const;
  /// Takes the line at `position` apart. False: it is not complete.
  bool peek(std::size_t position);
  /// Finds where the field ends whose first line was peeked. False: not complete.
  bool find_end(Stretch& stretch, bool& tabs_seen);
  std::string_view text_of(const Stretch& stretch, std::string& scratch) const;
  /// Uses the record, or whatever else is at `position`, and returns where the next one is; npos:
  /// not complete.
  std::size_t read_next(std::size_t position, EventSink& sink);
  std::size_t read_record(EventSink& sink);
  bool awaits_more(const PgRecord& record, PgSeverity severity);
  /// Collects secondary lines of `primary` behind lines of other sessions. False: not complete.
  bool look_ahead(std::size_t position, const PgLine& primary, PgRecord& record);
  void add_field(const Stretch& stretch, PgRecord& record);

  PgPrefix prefix_;
  PgInterpreter interpreter_;
  SkipLog skip_log_;
  bool before_first_;       ///< In the middle of a file, before the first record.
  bool tabs_seen_ = false;  ///< Continuation lines of this log begin with a tab.

  std::string_view bytes_;  ///< Of the window being read.
  bool at_end_ = false;
  Peeked peeked_;
  std::array<std::string, 6> scratch_;  ///< One a field; kScanPadding bytes longer than the text.
};

std::size_t PgStderrLog::read(const Window& window, EventSink& sink) {
  bytes_ = window.bytes;
  at_end_ = window.at_end;
  peeked_.at = kNone;
  const std::size_t stop = std::min(window.stop, bytes_.size());
  std::size_t position = 0;
  while (position < stop) {
    const std::size_t next = read_next(position, sink);
    if (next == kNone) {
      break;
    }
    position = next;
  }
  return position;
}

std::size_t PgStderrLog::line_feed(std::size_t position) const {
  const void* const feed = std::memchr(bytes_.data() + position, '\n', bytes_.size() - position);
  return feed == nullptr ? kNone
                         : static_cast<std::size_t>(static_cast<const char*>(feed) - bytes_.data());
}

bool PgStderrLog::peek(std::size_t position) {
  if (peeked_.at == position) {
    return true;
  }
  const std::size_t feed = line_feed(position);
  if (feed == kNone && !at_end_) {
    return false;
  }
  peeked_.at = position;
  peeked_.cut = feed == kNone;
  peeked_.end = peeked_.cut ? bytes_.size() : feed + 1;
  std::string_view line = bytes_.substr(position, (peeked_.cut ? peeked_.end : feed) - position);
  // A file that was truncated under its writer begins with a hole of zeros.
  line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  peeked_.matches = !line.starts_with('\t') && prefix_.match(line, peeked_.line);
  return true;
}

bool PgStderrLog::find_end(Stretch& stretch, bool& tabs_seen) {
  stretch = {peeked_.end, false, peeked_.cut};
  while (stretch.end < bytes_.size()) {
    const bool tab = bytes_[stretch.end] == '\t';
    if (!tab && tabs_seen) {
      return true;
    }
    const std::size_t feed = line_feed(stretch.end);
    if (feed == kNone && !at_end_) {
      return false;
    }
    const std::size_t end = feed == kNone ? bytes_.size() : feed;
    if (!tab) {
      const std::string_view line = bytes_.substr(stretch.end, end - stretch.end);
      PgLine other;
      if (!looks_like_sql(line) || prefix_.match(line, other)) {
        return true;
      }
    }
    tabs_seen |= tab;
    stretch = {feed == kNone ? end : end + 1, true, feed == kNone};
  }
  return at_end_;
}

std::string_view PgStderrLog::text_of(const Stretch& stretch, std::string& scratch) const {
  const std::string_view first = peeked_.line.text;
  if (!stretch.continued) {
    return first;
  }
  std::string_view rest = bytes_.substr(peeked_.end, stretch.end - peeked_.end);
  if (rest.ends_with('\n')) {
    rest.remove_suffix(1);
  }
  // Only the last line shows whether the file has CRLF line ends: inside, a CR may be the client's.
  const bool crlf = rest.ends_with('\r');
  if (crlf) {
    rest.remove_suffix(1);
  }
  scratch.assign(first);
  if (!crlf && bytes_[peeked_.end - 2] == '\r') {
    scratch.push_back('\r');
  }
  for (bool more = true; more;) {
    const std::size_t end = rest.find('\n');
    more = end != kNone;
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(more ? end + 1 : rest.size());
    line.remove_prefix(line.starts_with('\t') ? 1 : 0);
    line.remove_suffix(more && crlf && line.ends_with('\r') ? 1 : 0);
    scratch.push_back('\n');
    scratch.append(line);
  }
  const std::size_t size = scratch.size();
  scratch.append(kScanPadding, '\0');
  return std::string_view(scratch).substr(0, size);
}

std::size_t PgStderrLog::read_next(std::size_t position, EventSink& sink) {
  if (!peek(position)) {
    return kNone;
  }
  if (peeked_.matches && is_primary(peeked_.line.severity)) {
    return read_record(sink);
  }
  if (peeked_.matches) {
    // Its record was delivered already, or lies before the part of the log that is read here.
    Stretch stretch;
    bool tabs_seen = tabs_seen_;
    return find_end(stretch, tabs_seen) ? stretch.end : kNone;
  }
  if (!before_first_ && peeked_.end > position + 1) {
    skip_log_.add("no log_line_prefix", bytes_.substr(position, peeked_.end - position));
  }
  return peeked_.end;
}

std::size_t PgStderrLog::read_record(EventSink& sink) {
  const PgLine primary = peeked_.line;
  bool tabs_seen = tabs_seen_;
  Stretch stretch;
  if (!find_end(stretch, tabs_seen)) {
    return kNone;
  }
  PgRecord record;
  record.at = primary.at;
  record.pid = primary.pid;
  record.session_id = primary.session_id;
  record.severity = primary.severity_word;
  record.sqlstate = primary.sqlstate;
  record.message = text_of(stretch, scratch_[0]);
  record.user = primary.user;
  record.database = primary.database;
  record.host = primary.host;
  record.application = primary.application;
  record.command_tag = primary.command_tag;
  record.partial = stretch.cut;
  bool closed = false;
  while (!closed) {
    if (stretch.end == bytes_.size()) {
      if (!at_end_) {
        return kNone;
      }
      break;
    }
    if (!peek(stretch.end)) {
      return kNone;
    }
    const bool related = peeked_.matches && same_session(primary, peeked_.line);
    if (!related || is_primary(peeked_.line.severity)) {
      closed = related || !prefix_.has_session();
      break;
    }
    Stretch field;
    if (!find_end(field, tabs_seen)) {
      return kNone;
    }
    add_field(field, record);
    stretch = field;
  }
  if (!closed && awaits_more(record, primary.severity) &&
      !look_ahead(stretch.end, primary, record)) {
    return kNone;
  }
  tabs_seen_ = tabs_seen;
  before_first_ = false;
  interpreter_.on_record(record, sink);
  return stretch.end;
}

bool PgStderrLog::awaits_more(const PgRecord& record, PgSeverity severity) {
  if (severity == PgSeverity::Notice) {
    return false;
  }
  if (severity != PgSeverity::Log) {
    return record.statement.empty();
  }
  const auto has_placeholder = [&record] { return record.message.find("$1") != kNone; };
  if (record.message.starts_with("duration: ")) {
    return record.detail.empty() && record.message.substr(0, 40).find(" statement: ") == kNone &&
           has_placeholder();
  }
  const PgMessageKind kind = find_pg_message(record.message).kind;
  if (kind >= PgMessageKind::StillWaiting && kind <= PgMessageKind::TemporaryFile) {
    return record.statement.empty();
  }
  return record.detail.empty() && has_placeholder() &&
         (kind == PgMessageKind::Execute || kind == PgMessageKind::DurationExecute ||
          kind == PgMessageKind::DurationBind);
}

bool PgStderrLog::look_ahead(std::size_t position, const PgLine& primary, PgRecord& record) {
  std::size_t at = position;
  for (std::size_t lines = 0; lines < kLookAheadLines && at - position < kLookAheadBytes; ++lines) {
    if (at == bytes_.size()) {
      return at_end_;
    }
    if (!peek(at)) {
      return false;
    }
    at = peeked_.end;
    if (!peeked_.matches || !same_session(primary, peeked_.line)) {
      continue;
    }
    if (is_primary(peeked_.line.severity)) {
      return true;
    }
    Stretch field;
    bool tabs_seen = tabs_seen_;
    if (!find_end(field, tabs_seen)) {
      return false;
    }
    add_field(field, record);
    at = field.end;
  }
  return true;
}

void PgStderrLog::add_field(const Stretch& stretch, PgRecord& record) {
  std::string_view* field = nullptr;
  std::size_t slot = 0;
  switch (peeked_.line.severity) {
    case PgSeverity::Detail:
      field = &record.detail;
      slot = 1;
      break;
    case PgSeverity::Hint:
      field = &record.hint;
      slot = 2;
      break;
    case PgSeverity::Query:
      field = &record.internal_query;
      slot = 3;
      break;
    case PgSeverity::Context:
      field = &record.context;
      slot = 4;
      break;
    case PgSeverity::Statement:
      field = &record.statement;
      slot = 5;
      break;
    case PgSeverity::Other:
    case PgSeverity::Log:
    case PgSeverity::Error:
    case PgSeverity::Fatal:
    case PgSeverity::Panic:
    case PgSeverity::Notice:
      return;
  }
  if (field->empty()) {
    *field = text_of(stretch, scratch_[slot]);
    record.partial |= stretch.cut;
  }
}

/// What follows such a message in its session belongs to it: no place to begin reading.
bool is_half_told(std::string_view message) {
  if (message.starts_with("duration: ")) {
    return message.substr(0, 40).find(" ms  plan:") != kNone;
  }
  return message.starts_with("statement: ") || message.starts_with("execute ");
}

std::size_t PgStderrLog::find_record(std::string_view bytes) const {
  PgPrefix prefix = prefix_;
  constexpr std::size_t kMostRecords = 100;
  std::size_t first = kNone;
  std::size_t records = 0;
  bool clean = false;
  for (std::size_t feed = bytes.find('\n'); feed != kNone && records < kMostRecords;) {
    const std::size_t at = feed + 1;
    feed = bytes.find('\n', at);
    std::string_view line = bytes.substr(at, feed - at);
    PgLine found;
    if (line.starts_with('\t') || !prefix.match(line, found) || !is_primary(found.severity)) {
      continue;
    }
    if (clean) {
      return at;
    }
    first = first == kNone ? at : first;
    clean = !is_half_told(found.text);
    ++records;
  }
  return first;
}

}  // namespace

std::unique_ptr<LogReader> make_pg_stderr_reader(std::string_view log_line_prefix,
                                                 const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgStderrLog>(log_line_prefix, options.utc_offset, mid_file);
}

}  // namespace unjam
