// Log collectors' envelopes around PostgreSQL's logs: CloudNativePG (the columns of a csv log by
// name) and Cloud SQL, GKE or Docker (lines of the text log, which a text reader takes from here).
#include "collect/pg_containers.h"
#include "collect/pg_json_lines.h"
#include "collect/pg_prefix.h"
#include "collect/pg_stderr_log.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace unjam {
namespace {

/// Collectors nest their payload in two envelopes at most (`jsonPayload`, then `record`).
constexpr int kDeepestRecord = 3;

class PgCnpgReader : public PgJsonLines {
 public:
  using PgJsonLines::PgJsonLines;

 protected:
  void collect(JsonCursor& cursor, PgJsonFields& fields) const override {
    collect_envelope(cursor, fields, 0);
  }

 private:
  static void collect_envelope(JsonCursor& cursor, PgJsonFields& fields, int depth) {
    JsonText key;
    cursor.enter_object();
    while (cursor.next_member(key)) {
      const bool is_object = cursor.kind() == JsonCursor::Kind::Object;
      if (is_object && key.raw == "record") {
        collect_columns(cursor, fields);
      } else if (is_object && depth < kDeepestRecord) {
        collect_envelope(cursor, fields, depth + 1);
      } else {
        read_json_field(cursor, key.raw == "log" ? &fields.wrapped : nullptr);
      }
    }
  }

  static void collect_columns(JsonCursor& cursor, PgJsonFields& fields) {
    JsonText key;
    cursor.enter_object();
    while (cursor.next_member(key)) {
      read_json_field(cursor, find_csv_column_field(fields, key.raw));
    }
  }
};

/// What Cloud SQL sets, and lets nobody change.
constexpr std::string_view kCloudSqlPrefix = "%m [%p]: [%l-1] db=%d,user=%u ";

/// Entries that are kept until a prefix is found that fits them.
constexpr std::size_t kDetectionBytes = std::size_t{64} << 10;
/// Text is handed on in pieces of about this size.
constexpr std::size_t kFeedBytes = std::size_t{256} << 10;
/// A longer message is handed on in parts: memory stays bounded.
constexpr std::size_t kLongestMessage = std::size_t{64} << 20;

/// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t line_feed = text.find('\n');
  const std::string_view line = text.substr(0, line_feed);
  text.remove_prefix(line_feed == std::string_view::npos ? text.size() : line_feed + 1);
  return line;
}

class PgCloudSqlReader : public PgJsonLines {
 public:
  PgCloudSqlReader(const ReaderOptions& options, bool mid_file)
      : PgJsonLines(options, mid_file),
        options_(options),
        mid_file_(mid_file),
        usual_prefix_(options.log_line_prefix.value_or(std::string(kCloudSqlPrefix)),
                      options.utc_offset) {
    if (options.log_line_prefix) {
      choose_prefix(*options.log_line_prefix);
    }
  }

  std::size_t read(const Window& window, EventSink& sink) override {
    const std::size_t used = PgJsonLines::read(window, sink);
    feed(false, sink);
    return used;
  }

  void finish(EventSink& sink) override {
    if (!text_reader_) {
      detect_prefix();
    }
    if (!entry_.empty()) {
      add_lines(entry_);
      text_.pop_back();
    }
    feed(true, sink);
    text_reader_->finish(sink);
    PgJsonLines::finish(sink);
  }

  const std::map<std::string, Skipped>& skipped() const override {
    all_skipped_ = PgJsonLines::skipped();
    if (text_reader_) {
      for (const auto& [reason, skipped] : text_reader_->skipped()) {
        const auto [entry, is_new] = all_skipped_.try_emplace(reason, skipped);
        entry->second.count += is_new ? 0 : skipped.count;
      }
    }
    return all_skipped_;
  }

 protected:
  void collect(JsonCursor& cursor, PgJsonFields& fields) const override;
  bool is_sound(PgJsonFields& fields, PgTimeParser& time) const override {
    return !fields.payload.raw.empty() || PgJsonLines::is_sound(fields, time);
  }
  bool continues(const PgJsonFields& fields) const override;
  void deliver(const PgJsonFields& fields, bool partial, EventSink& sink) override;

 private:
  void choose_prefix(std::string_view log_line_prefix);
  void detect_prefix();
  /// Appends an entry's text as the server would have written it to a file.
  void add_lines(std::string_view text);
  void feed(bool at_end, EventSink& sink);

  ReaderOptions options_;
  bool mid_file_;
  mutable PgPrefix usual_prefix_;  // Mutable: it caches.
  mutable std::optional<PgPrefix> prefix_;
  std::unique_ptr<LogReader> text_reader_;  // Once the prefix is known.
  std::vector<std::string> undetected_;     // Entries from before that.
  std::size_t undetected_bytes_ = 0;
  std::string entry_;       // The last entry, unescaped; longer while a runtime splits a line.
  std::string text_;        // Not yet used by text_reader_.
  std::size_t unused_ = 0;  // Of text_, when it was last read.
  mutable std::map<std::string, Skipped> all_skipped_;
};

void PgCloudSqlReader::collect(JsonCursor& cursor, PgJsonFields& fields) const {
  JsonText key;
  JsonText envelope_time;
  JsonText message;
  cursor.enter_object();
  while (cursor.next_member(key)) {
    if (key.raw == "textPayload") {
      read_json_field(cursor, &fields.payload);
    } else if (key.raw == "log") {
      read_json_field(cursor, &fields.wrapped);
    } else if (key.raw == "message") {
      read_json_field(cursor, &message);
    } else if (key.raw == "timestamp") {
      read_json_field(cursor, &envelope_time);
    } else if (key.raw == "jsonPayload" && cursor.kind() == JsonCursor::Kind::Object) {
      cursor.enter_object();
      while (cursor.next_member(key)) {
        read_json_field(cursor, find_jsonlog_field(fields, key.raw));
      }
    } else {
      cursor.skip();
    }
  }
  if (fields.time.raw.empty()) {
    fields.time = envelope_time;
  }
  // A message without a severity of its own is a line of the text log.
  if (fields.severity.raw.empty() && !fields.message.raw.empty()) {
    message = std::exchange(fields.message, {});
  }
  if (fields.payload.raw.empty()) {
    fields.payload = message;
  }
  if (!fields.wrapped.raw.empty()) {
    // Runtimes end each line, and split a long one into entries of which only the last ends it.
    fields.payload = std::exchange(fields.wrapped, {});
    fields.payload_in_pieces = true;
  }
}

bool PgCloudSqlReader::continues(const PgJsonFields& fields) const {
  if (fields.payload.raw.empty()) {
    return false;
  }
  std::string text;
  append_json_text(fields.payload, text);
  std::string_view rest = text;
  const std::string_view line = take_line(rest);
  PgLine parts;
  if ((prefix_ && prefix_->match(line, parts)) || usual_prefix_.match(line, parts)) {
    return !is_primary(parts.severity);
  }
  if (prefix_) {
    return true;
  }
  const auto detected = detect_log_line_prefix(line);
  return !detected || !PgPrefix(*detected).match(line, parts) || !is_primary(parts.severity);
}

void PgCloudSqlReader::deliver(const PgJsonFields& fields, bool partial, EventSink& sink) {
  if (fields.payload.raw.empty()) {
    PgJsonLines::deliver(fields, partial, sink);
    return;
  }
  append_json_text(fields.payload, entry_);
  if (fields.payload_in_pieces && !partial && !entry_.ends_with('\n') &&
      entry_.size() < kLongestMessage) {
    return;
  }
  std::string_view text = entry_;
  if (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  if (!text_reader_) {
    std::string_view rest = text;
    PgLine parts;
    if (usual_prefix_.match(take_line(rest), parts)) {
      choose_prefix(kCloudSqlPrefix);
    } else {
      undetected_.emplace_back(text);
      undetected_bytes_ += text.size();
      if (undetected_bytes_ > kDetectionBytes) {
        detect_prefix();
      }
      entry_.clear();
      return;
    }
  }
  add_lines(text);
  if (partial) {
    text_.pop_back();
  }
  entry_.clear();
  if (text_.size() >= kFeedBytes) {
    feed(false, sink);
  }
}

void PgCloudSqlReader::choose_prefix(std::string_view log_line_prefix) {
  prefix_.emplace(log_line_prefix, options_.utc_offset);
  text_reader_ = make_pg_stderr_reader(log_line_prefix, options_, mid_file_);
  for (const std::string& entry : undetected_) {
    add_lines(entry);
  }
  undetected_.clear();
  undetected_bytes_ = 0;
}

void PgCloudSqlReader::detect_prefix() {
  std::string head;
  for (const std::string& entry : undetected_) {
    head += entry;
    head += '\n';
  }
  choose_prefix(detect_log_line_prefix(head).value_or(std::string(kCloudSqlPrefix)));
}

void PgCloudSqlReader::add_lines(std::string_view text) {
  // The tab that the server puts in front of further lines of a message may have been lost on the
  // way; then all of them are without it, and a tab that is there belongs to the text.
  PgLine parts;
  bool tabs_lost = false;
  for (std::string_view rest = text; !rest.empty() && !tabs_lost;) {
    const std::string_view line = take_line(rest);
    tabs_lost = !line.starts_with('\t') && !prefix_->match(line, parts);
  }
  std::string_view rest = text;
  do {
    const std::string_view line = take_line(rest);
    if (tabs_lost && (line.starts_with('\t') || !prefix_->match(line, parts))) {
      text_ += '\t';
    }
    text_ += line;
    text_ += '\n';
  } while (!rest.empty());
}

void PgCloudSqlReader::feed(bool at_end, EventSink& sink) {
  // Each byte of a long message is looked at a bounded number of times.
  if (!text_reader_ || (!at_end && text_.size() < 2 * unused_)) {
    return;
  }
  const std::size_t size = text_.size();
  text_.append(kScanPadding, '\0');
  const std::size_t used = text_reader_->read(
      {std::string_view(text_).substr(0, size), at_end || size > kLongestMessage}, sink);
  text_.resize(size);
  text_.erase(0, used);
  unused_ = text_.size();
}

}  // namespace

std::unique_ptr<LogReader> make_pg_cloudsql_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgCloudSqlReader>(options, mid_file);
}

std::unique_ptr<LogReader> make_pg_cnpg_reader(const ReaderOptions& options, bool mid_file) {
  return std::make_unique<PgCnpgReader>(options, mid_file);
}

bool looks_like_pg_cloudsql(std::string_view head) {
  return PgCloudSqlReader(ReaderOptions{}, true).recognises(head);
}

bool looks_like_pg_cnpg(std::string_view head) {
  return PgCnpgReader(ReaderOptions{}, true).recognises(head);
}

}  // namespace unjam
