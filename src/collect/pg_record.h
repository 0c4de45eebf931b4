// One PostgreSQL server message with its secondary fields, whatever container it was logged in. The
// container readers (stderr, csv, json, syslog, cloud envelopes) make PgRecords; PgInterpreter
// turns them into events.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/log_event.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace unjam {

/// Views into the reader's window or scratch, valid during PgInterpreter::on_record only. `message`
/// and `statement` are followed by kScanPadding readable bytes. Empty: the record does not tell.
struct PgRecord {
  std::optional<TimePoint> at;
  std::optional<std::uint64_t> pid;
  std::string_view session_id;  ///< %c, "hex.hex"
  std::string_view severity;    ///< As written, any language: "LOG", "FEHLER".
  std::string_view sqlstate;    ///< "00000", "57014"
  std::string_view message;     ///< Container escapes and continuation tabs removed.
  std::string_view detail;
  std::string_view hint;
  std::string_view internal_query;
  std::string_view context;
  std::string_view statement;  ///< The STATEMENT line: the client's text that caused the message.
  std::string_view user;
  std::string_view database;
  std::string_view host;  ///< Without the port.
  std::string_view application;
  std::string_view command_tag;
  bool partial = false;  ///< Cut by the container or the end of the log.
};

/// Knows what messages mean (durations, errors, lock waits, deadlocks, temporary files, plans) and
/// what belongs together across records of one session. Not thread-safe; bounded memory.
class PgInterpreter {
 public:
  PgInterpreter();
  ~PgInterpreter();

  /// Delivers what the record completes. Never throws on any contents.
  void on_record(const PgRecord& record, EventSink& sink);

  /// Delivers what still waits for a later record of its session.
  void finish(EventSink& sink);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
