#include "collect/pg_syslog.h"

#include "collect/pg_prefix.h"
#include "collect/pg_record.h"
#include "collect/pg_syslog_line.h"
#include "collect/skip_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace unjam {
namespace {

constexpr auto kNone = std::string_view::npos;

/// Backends interleave; the rest of a message is looked for this far behind its last line found.
constexpr std::size_t kLookAheadLines = 32;
constexpr std::size_t kLookAheadBytes = std::size_t{64} << 10;

/// A header and the pid in it lie within this many bytes.
constexpr std::size_t kLongestHeader = 400;

class PgSyslog : public LogReader {
 public:
  PgSyslog(std::string_view log_line_prefix, std::chrono::seconds utc_offset, bool mid_file)
      : prefix_(log_line_prefix, utc_offset), before_first_(mid_file) {}

  Dialect dialect() const override { return Dialect::PostgreSql; }
  std::size_t read(const Window& window, EventSink& sink) override;
  void finish(EventSink& sink) override { interpreter_.finish(sink); }
  std::size_t find_record(std::string_view bytes) const override;
  const std::map<std::string, Skipped>& skipped() const override { return skip_log_.reasons(); }

 private:
  struct Line {
    std::string_view text;
    std::size_t end = 0;  ///< Behind the line feed.
    bool cut = false;
  };

  /// False: not complete.
  bool line_at(std::size_t position, Line& line) const;
  std::size_t read_next(std::size_t position, EventSink& sink);
  /// Collects the lines of the message that starts at `first`; sets `end` behind those that follow
  /// without a gap. False: not complete.
  bool collect(const SyslogLine& first, std::size_t position, std::size_t& end, bool& cut);
  /// A further chunk or line of the message, unescaped.
  void append_chunk(std::string_view chunk);
  void append_line(std::string_view line);
  /// True: a secondary line, which opens its own field.
  bool open_field(std::string_view line);
  void deliver(const SyslogLine& first, bool cut, EventSink& sink);

  PgPrefix prefix_;
  PgInterpreter interpreter_;
  SkipLog skip_log_;
  bool before_first_;

  std::string_view bytes_;
  bool at_end_ = false;

  std::string first_;  ///< Unescaped first payload; primary_ points into it.
  PgLine primary_;
  std::string chunk_;
  std::array<std::string, 7>
      fields_;             ///< Message, detail, hint, query, context, statement, others.
  std::size_t field_ = 0;  ///< The one that is being written.
};

std::size_t slot_of(PgSeverity severity) {
  switch (severity) {
    case PgSeverity::Detail:
      return 1;
    case PgSeverity::Hint:
      return 2;
    case PgSeverity::Query:
      return 3;
    case PgSeverity::Context:
      return 4;
    case PgSeverity::Statement:
      return 5;
    default:
      return 6;
  }
}

std::size_t PgSyslog::read(const Window& window, EventSink& sink) {
  bytes_ = window.bytes;
  at_end_ = window.at_end;
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

bool PgSyslog::line_at(std::size_t position, Line& line) const {
  const void* const feed = std::memchr(bytes_.data() + position, '\n', bytes_.size() - position);
  line.cut = feed == nullptr;
  if (line.cut && !at_end_) {
    return false;
  }
  const std::size_t end =
      line.cut ? bytes_.size()
               : static_cast<std::size_t>(static_cast<const char*>(feed) - bytes_.data());
  line.text = bytes_.substr(position, end - position);
  line.end = line.cut ? end : end + 1;
  if (line.text.ends_with('\r')) {
    line.text.remove_suffix(1);
  }
  return true;
}

std::size_t PgSyslog::read_next(std::size_t position, EventSink& sink) {
  Line line;
  if (!line_at(position, line)) {
    return kNone;
  }
  const auto first = parse_syslog_line(line.text);
  if (!first) {
    if (!before_first_ && !line.text.empty()) {
      skip_log_.add("no syslog header", line.text);
    }
    return line.end;
  }
  first_.clear();
  append_unescaped(first->payload, first_);
  const std::string_view whole = first_;
  const std::size_t feed = std::min(whole.find('\n'), whole.size());
  if (!prefix_.match(whole.substr(0, feed), primary_)) {
    // The rest of a message that was delivered or began before this part of the log; or another
    // program's.
    const bool rest = first->chunk > 1 || before_first_ || first_.starts_with('\t');
    if (!rest) {
      skip_log_.add("no log_line_prefix", line.text);
    }
    return line.end;
  }
  if (!is_primary(primary_.severity)) {
    return line.end;
  }
  for (std::string& field : fields_) {
    field.clear();
  }
  field_ = 0;
  fields_[0].assign(primary_.text);
  if (feed < whole.size()) {
    append_line(whole.substr(feed + 1));
  }
  std::size_t end = line.end;
  bool cut = line.cut;
  if (!collect(*first, line.end, end, cut)) {
    return kNone;
  }
  before_first_ = false;
  deliver(*first, cut, sink);
  return end;
}

bool PgSyslog::collect(const SyslogLine& first, std::size_t position, std::size_t& end, bool& cut) {
  std::size_t at = position;
  std::size_t found_at = position;
  bool adjacent = true;
  const std::string_view needle(first.pid.data(), first.pid.size() + 1);  // With `]` or a blank.
  for (std::size_t lines = 0; lines < kLookAheadLines && at - found_at < kLookAheadBytes; ++lines) {
    if (at == bytes_.size()) {
      return at_end_;
    }
    Line line;
    if (!line_at(at, line)) {
      return false;
    }
    at = line.end;
    const bool same_pid = line.text.substr(0, kLongestHeader).find(needle) != kNone;
    const auto next = same_pid ? parse_syslog_line(line.text) : std::nullopt;
    if (!next || next->pid != first.pid) {
      adjacent = false;
      continue;
    }
    chunk_.clear();
    append_unescaped(next->payload, chunk_);
    PgLine other;
    const std::string_view head = std::string_view(chunk_).substr(0, chunk_.find('\n'));
    if (next->sequence != first.sequence ||
        (prefix_.match(head, other) && is_primary(other.severity))) {
      return true;
    }
    append_chunk(chunk_);
    cut |= line.cut;
    lines = 0;
    found_at = at;
    if (adjacent) {
      end = at;
    }
  }
  return true;
}

bool PgSyslog::open_field(std::string_view line) {
  PgLine found;
  if (!prefix_.match(line, found) || is_primary(found.severity)) {
    return false;
  }
  field_ = slot_of(found.severity);
  fields_[field_].assign(found.text);
  return true;
}

void PgSyslog::append_chunk(std::string_view chunk) {
  if (chunk.starts_with('\t')) {
    append_line(chunk);
    return;
  }
  // Without a tab it goes on with the same line, unless it is the first line of another field.
  const std::size_t feed = std::min(chunk.find('\n'), chunk.size());
  if (!open_field(chunk.substr(0, feed))) {
    fields_[field_].append(chunk.substr(0, feed));
  }
  if (feed < chunk.size()) {
    append_line(chunk.substr(feed + 1));
  }
}

void PgSyslog::append_line(std::string_view lines) {
  for (bool more = true; more;) {
    const std::size_t feed = lines.find('\n');
    more = feed != kNone;
    std::string_view line = lines.substr(0, feed);
    lines.remove_prefix(more ? feed + 1 : lines.size());
    if (line.starts_with('\t')) {
      line.remove_prefix(1);
    } else if (open_field(line)) {
      continue;
    }
    fields_[field_].push_back('\n');
    fields_[field_].append(line);
  }
}

void PgSyslog::deliver(const SyslogLine& first, bool cut, EventSink& sink) {
  std::array<std::string_view, 6> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::size_t size = fields_[i].size();
    fields_[i].append(kScanPadding, '\0');
    texts[i] = std::string_view(fields_[i]).substr(0, size);
  }
  PgRecord record;
  record.at = primary_.at ? primary_.at : first.at;
  record.pid = primary_.pid;
  if (!record.pid) {
    std::uint64_t pid = 0;
    std::from_chars(first.pid.data(), first.pid.data() + first.pid.size(), pid);
    record.pid = pid;
  }
  record.session_id = primary_.session_id;
  record.severity = primary_.severity_word;
  record.sqlstate = primary_.sqlstate;
  record.message = texts[0];
  record.detail = texts[1];
  record.hint = texts[2];
  record.internal_query = texts[3];
  record.context = texts[4];
  record.statement = texts[5];
  record.user = primary_.user;
  record.database = primary_.database;
  record.host = primary_.host;
  record.application = primary_.application;
  record.command_tag = primary_.command_tag;
  record.partial = cut;
  interpreter_.on_record(record, sink);
}

std::size_t PgSyslog::find_record(std::string_view bytes) const {
  PgPrefix prefix = prefix_;
  std::string payload;
  for (std::size_t feed = bytes.find('\n'); feed != kNone;) {
    const std::size_t at = feed + 1;
    feed = bytes.find('\n', at);
    const auto line = parse_syslog_line(bytes.substr(at, feed - at));
    if (!line || line->chunk > 1) {
      continue;
    }
    payload.clear();
    append_unescaped(line->payload, payload);
    PgLine found;
    if (prefix.match(std::string_view(payload).substr(0, payload.find('\n')), found) &&
        is_primary(found.severity)) {
      return at;
    }
  }
  return kNone;
}

}  // namespace

std::unique_ptr<LogReader> make_pg_syslog_reader(std::string_view log_line_prefix,
                                                 const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgSyslog>(log_line_prefix, options.utc_offset, mid_file);
}

std::optional<std::string> detect_pg_syslog_prefix(std::string_view head) {
  std::string payloads;
  while (!head.empty()) {
    const std::size_t feed = std::min(head.find('\n'), head.size());
    const auto line = parse_syslog_line(head.substr(0, feed));
    head.remove_prefix(std::min(feed + 1, head.size()));
    if (line && line->chunk <= 1) {
      append_unescaped(line->payload, payloads);
      payloads.push_back('\n');
    }
  }
  return detect_log_line_prefix(payloads);
}

}  // namespace unjam
