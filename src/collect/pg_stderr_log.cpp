#include "collect/pg_stderr_log.h"

#include "collect/byte_search.h"
#include "collect/pg_message_catalog.h"
#include "collect/pg_prefix.h"
#include "collect/pg_record.h"
#include "collect/pg_tabbed_text.h"
#include "collect/skip_log.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

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

/// True for nearly every `duration: D ms  statement: SQL`, and for nothing else.
bool is_duration_statement(std::string_view message) {
  constexpr std::size_t kNumber = 10;  // Behind "duration: ".
  constexpr std::string_view kStatement = " ms  statement: ";
  if (message.size() < kNumber + 32) {
    return false;
  }
  const char* const number = message.data() + kNumber;
  const std::uint32_t blanks = match_32<' '>(number) & 0x7FFF;
  return blanks != 0 &&
         std::memcmp(number + std::countr_zero(blanks), kStatement.data(), kStatement.size()) == 0;
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
    bool matches = false;
    bool whole =
        false;  ///< Its end is known; `line.text` ends there. Always, if it does not match.
    std::size_t end = 0;  ///< Behind the line feed.
    bool cut = false;
    PgLine line;
  };

  /// npos: no line feed.
  std::size_t line_feed(std::size_t position) const;
  /// Takes the front of the line at `position` apart. False: the line is not complete. The one at
  /// the front of the window may be true for an incomplete line.
  bool peek(std::size_t position);
  /// As peek, and finds the end of the line.
  bool peek_whole(std::size_t position);
  /// Finds where the field ends whose first line was peeked, and its text, which is not wanted if
  /// nullptr. False: not complete.
  bool read_field(Stretch& stretch, bool& tabs_seen, std::string_view* text);
  /// As read_field, for a field without any specialities. False: has some.
  bool read_plain_field(Stretch& stretch, bool& tabs_seen, std::string_view& text);
  bool find_end(Stretch& stretch, bool& tabs_seen);
  std::string_view text_of(const Stretch& stretch);
  /// Uses the record, or whatever else is at `position`, and returns where the next one is; npos:
  /// not complete.
  std::size_t read_next(std::size_t position, EventSink& sink);
  std::size_t read_record(EventSink& sink);
  bool awaits_more(const PgRecord& record, PgSeverity severity);
  /// Collects secondary lines of `primary` behind lines of other sessions. False: not complete.
  bool look_ahead(std::size_t position, const PgLine& primary, PgRecord& record);
  /// Reads the peeked secondary line into `record`. False: not complete.
  bool add_field(Stretch& stretch, bool& tabs_seen, PgRecord& record);

  PgPrefix prefix_;
  PgInterpreter interpreter_;
  SkipLog skip_log_;
  bool before_first_;       ///< In the middle of a file, before the first record.
  bool tabs_seen_ = false;  ///< Continuation lines of this log begin with a tab.

  std::string_view bytes_;  ///< Of the window being read.
  bool at_end_ = false;
  std::array<Peeked, 2> lines_;  ///< The primary line of a record and the line peeked last.
  Peeked* primary_ = &lines_[0];
  Peeked* peeked_ = &lines_[1];
  TabbedText copies_;  ///< Texts of the record being read.
};

std::size_t PgStderrLog::read(const Window& window, EventSink& sink) {
  bytes_ = window.bytes;
  at_end_ = window.at_end;
  peeked_->at = kNone;
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
  if (peeked_->at == position) {
    return true;
  }
  if (!prefix_.match_front(bytes_.substr(position), peeked_->line)) {
    return peek_whole(position);
  }
  peeked_->at = position;
  peeked_->matches = true;
  peeked_->whole = false;
  return true;
}

bool PgStderrLog::peek_whole(std::size_t position) {
  Peeked& peeked = *peeked_;
  if (peeked.at == position && peeked.whole) {
    return true;
  }
  const std::size_t feed = line_feed(position);
  if (feed == kNone && !at_end_) {
    return false;
  }
  peeked.at = position;
  peeked.whole = true;
  peeked.cut = feed == kNone;
  peeked.end = peeked.cut ? bytes_.size() : feed + 1;
  std::string_view line = bytes_.substr(position, (peeked.cut ? peeked.end : feed) - position);
  // A file that was truncated under its writer begins with a hole of zeros.
  line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  peeked.matches = !line.starts_with('\t') && prefix_.match(line, peeked.line);
  return true;
}

bool PgStderrLog::read_field(Stretch& stretch, bool& tabs_seen, std::string_view* text) {
  if (text != nullptr && !peeked_->whole && read_plain_field(stretch, tabs_seen, *text)) {
    return true;
  }
  if (!peek_whole(peeked_->at) || !find_end(stretch, tabs_seen)) {
    return false;
  }
  if (text != nullptr) {
    *text = text_of(stretch);
  }
  return true;
}

bool PgStderrLog::read_plain_field(Stretch& stretch, bool& tabs_seen, std::string_view& text) {
  const TabbedText::Lines lines = copies_.take_lines(peeked_->line.text);
  if (lines.size == 0) {
    return false;
  }
  const char* const behind = peeked_->line.text.data() + lines.size;
  // Where no tab is lost, one is never wanted. Lines of other programs do not begin with a digit.
  if (behind[-2] == '\r' || (!tabs_seen && !lines.continued && !is_digit(*behind))) {
    return false;
  }
  text = lines.continued ? copies_.keep(lines) : peeked_->line.text.substr(0, lines.size - 1);
  tabs_seen |= lines.continued;
  stretch = {static_cast<std::size_t>(behind - bytes_.data()), lines.continued, false};
  return true;
}

bool PgStderrLog::find_end(Stretch& stretch, bool& tabs_seen) {
  stretch = {peeked_->end, false, peeked_->cut};
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

std::string_view PgStderrLog::text_of(const Stretch& stretch) {
  const std::string_view first = peeked_->line.text;
  if (!stretch.continued) {
    return first;
  }
  std::string_view rest = bytes_.substr(peeked_->end, stretch.end - peeked_->end);
  if (rest.ends_with('\n')) {
    rest.remove_suffix(1);
  }
  // Only the last line shows whether the file has CRLF line ends: inside, a CR may be the client's.
  const bool crlf = rest.ends_with('\r');
  if (crlf) {
    rest.remove_suffix(1);
  }
  const char* const begin = copies_.end();
  copies_.append(first);
  if (!crlf && bytes_[peeked_->end - 2] == '\r') {
    copies_.append("\r");
  }
  for (bool more = true; more;) {
    const std::size_t end = rest.find('\n');
    more = end != kNone;
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(more ? end + 1 : rest.size());
    line.remove_prefix(line.starts_with('\t') ? 1 : 0);
    line.remove_suffix(more && crlf && line.ends_with('\r') ? 1 : 0);
    copies_.append("\n");
    copies_.append(line);
  }
  return {begin, static_cast<std::size_t>(copies_.end() - begin)};
}

std::size_t PgStderrLog::read_next(std::size_t position, EventSink& sink) {
  if (!peek(position)) {
    return kNone;
  }
  if (peeked_->matches && is_primary(peeked_->line.severity)) {
    return read_record(sink);
  }
  if (peeked_->matches) {
    // Its record was delivered already, or lies before the part of the log that is read here.
    Stretch stretch;
    bool tabs_seen = tabs_seen_;
    return read_field(stretch, tabs_seen, nullptr) ? stretch.end : kNone;
  }
  if (!before_first_ && peeked_->end > position + 1) {
    skip_log_.add("no log_line_prefix", bytes_.substr(position, peeked_->end - position));
  }
  return peeked_->end;
}

std::size_t PgStderrLog::read_record(EventSink& sink) {
  bool tabs_seen = tabs_seen_;
  Stretch stretch;
  PgRecord record;
  copies_.begin(bytes_.size());
  if (!read_field(stretch, tabs_seen, &record.message)) {
    return kNone;
  }
  std::swap(primary_, peeked_);
  peeked_->at = kNone;
  const PgLine& primary = primary_->line;
  record.at = primary.at;
  record.pid = primary.pid;
  record.session_id = primary.session_id;
  record.severity = primary.severity_word;
  record.sqlstate = primary.sqlstate;
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
    const bool related = peeked_->matches && same_session(primary, peeked_->line);
    if (!related || is_primary(peeked_->line.severity)) {
      closed = related || !prefix_.has_session();
      break;
    }
    if (!add_field(stretch, tabs_seen, record)) {
      return kNone;
    }
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
    return record.detail.empty() && !is_duration_statement(record.message) &&
           record.message.substr(0, 40).find(" statement: ") == kNone && has_placeholder();
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
    if (!peek_whole(at)) {
      return false;
    }
    at = peeked_->end;
    if (!peeked_->matches || !same_session(primary, peeked_->line)) {
      continue;
    }
    if (is_primary(peeked_->line.severity)) {
      return true;
    }
    Stretch field;
    bool tabs_seen = tabs_seen_;
    if (!add_field(field, tabs_seen, record)) {
      return false;
    }
    at = field.end;
  }
  return true;
}

bool PgStderrLog::add_field(Stretch& stretch, bool& tabs_seen, PgRecord& record) {
  std::string_view* field = nullptr;
  switch (peeked_->line.severity) {
    case PgSeverity::Detail:
      field = &record.detail;
      break;
    case PgSeverity::Hint:
      field = &record.hint;
      break;
    case PgSeverity::Query:
      field = &record.internal_query;
      break;
    case PgSeverity::Context:
      field = &record.context;
      break;
    case PgSeverity::Statement:
      field = &record.statement;
      break;
    case PgSeverity::Other:
    case PgSeverity::Log:
    case PgSeverity::Error:
    case PgSeverity::Fatal:
    case PgSeverity::Panic:
    case PgSeverity::Notice:
      break;
  }
  // Of two lines of a kind, the first one counts.
  const bool wanted = field != nullptr && field->empty();
  if (!read_field(stretch, tabs_seen, wanted ? field : nullptr)) {
    return false;
  }
  record.partial |= wanted && stretch.cut;
  return true;
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
