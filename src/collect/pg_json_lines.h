// What the JSON containers share: finding objects in a log, usually one a line, and turning their
// members into PgRecords. A container says which members it wants and what makes them a record.
#pragma once

#include "collect/json_cursor.h"
#include "collect/pg_record.h"
#include "collect/pg_time.h"
#include "collect/skip_log.h"
#include "unjam/collect/log_reader.h"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

/// The wanted members of one object, still escaped; numbers as they are written.
struct PgJsonFields {
  std::optional<TimePoint> at;  ///< Once they are found to be sound.
  JsonText time;
  JsonText user;
  JsonText database;
  JsonText pid;
  JsonText host;
  JsonText connection_from;  ///< Host and port.
  JsonText session_id;
  JsonText command_tag;
  JsonText severity;
  JsonText sqlstate;
  JsonText message;
  JsonText detail;
  JsonText hint;
  JsonText internal_query;
  JsonText context;
  JsonText statement;
  JsonText application;
  JsonText wrapped;  ///< A log line that a container runtime put into an object of its own.
  JsonText payload;  ///< Text of the server's text log.
  /// A container may write texts without their escapes here, and move it behind them. There is
  /// as much room as the rest of the log, and kScanPadding more. nullptr: leave them escaped.
  char* room = nullptr;
  bool payload_in_pieces = false;  ///< Only a payload that ends in a line feed ends its line.
};

/// Reads the string or scalar under the cursor into `field`; null leaves it empty. Anything else,
/// or with `field` nullptr, is passed over.
void read_json_field(JsonCursor& cursor, JsonText* field);

/// The field for a key of jsonlog, or of a csv log's columns by name; nullptr: not wanted.
JsonText* find_jsonlog_field(PgJsonFields& fields, std::string_view key);
JsonText* find_csv_column_field(PgJsonFields& fields, std::string_view key);

class PgJsonLines : public LogReader {
 public:
  PgJsonLines(const ReaderOptions& options, bool mid_file)
      : time_(options.utc_offset), in_first_line_(mid_file) {}

  Dialect dialect() const override { return Dialect::PostgreSql; }
  std::size_t read(const Window& window, EventSink& sink) override;
  void finish(EventSink& sink) override { interpreter_.finish(sink); }
  std::size_t find_record(std::string_view bytes) const override;
  const std::map<std::string, Skipped>& skipped() const override { return skipped_.reasons(); }

  /// Does `head`, which may start inside a record, hold a sound one?
  bool recognises(std::string_view head) const;

 protected:
  /// Reads the object under the cursor.
  virtual void collect(JsonCursor& cursor, PgJsonFields& fields) const = 0;

  virtual bool is_sound(PgJsonFields& fields, PgTimeParser& time) const;

  /// `fields` are sound. With `partial`, they are what came before the log was cut.
  virtual void deliver(const PgJsonFields& fields, bool partial, EventSink& sink);

  /// A record that starts here would continue the one before it: `stop` does not hold it back.
  virtual bool continues(const PgJsonFields& fields) const;

 private:
  /// Collects the object under the cursor; if it is a wrapper, the object in the text in it.
  void unwrap(JsonCursor& cursor, PgJsonFields& fields, std::string& wrapped) const;
  std::size_t skip_line(std::string_view reason, std::string_view bytes, std::size_t from);
  std::size_t find_sound(std::string_view bytes) const;
  std::string_view text_of(const JsonText& text);

  PgTimeParser time_;
  PgInterpreter interpreter_;
  SkipLog skipped_;
  std::unique_ptr<char[]> unescaped_;  // For texts of one record, as long as the window.
  std::size_t unescaped_size_ = 0;
  std::string scratch_;  // Its size only grows.
  char* scratch_end_ = nullptr;
  std::string wrapped_;
  bool in_first_line_;  // It may have begun before the log did.
  bool in_bad_line_ = false;
};

}  // namespace unjam
