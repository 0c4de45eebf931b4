// What a collector hands to the store: additive numbers, together with the checkpoints of what they
// account for. The store commits both in one transaction, so a crash at any instant neither loses
// nor doubles an execution.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unjam {

/// What one source saw of one target in one minute. The same minute may come in several flushes;
/// they add up. It may be long past: a log is read from where it was left.
struct Slice {
  std::string target;
  Source source = Source::Log;
  TimePoint minute;                 ///< Begin; a multiple of 60 s since the epoch.
  std::vector<ClassDelta> classes;  ///< Distinct ids.
};

/// The text behind a fingerprint id. A collector sends it with the first numbers of a class in its
/// life; the store keeps the first it gets.
struct ClassText {
  FingerprintId id;
  std::string text;
  Dialect dialect = Dialect::MySql;
};

/// One execution worth keeping. What kind of sample it may be, the store decides.
struct ClassSample {
  std::string target;
  FingerprintId id;
  std::string sql;  ///< At most 16 KiB. Literals are masked, unless the user wants them kept.
  bool masked = true;
  std::string parameters;  ///< PostgreSQL bind parameters; empty when masked.
  std::optional<Duration> query_time;
  TimePoint at;
  std::vector<Attribute> attributes;
};

/// Errors of one kind in one minute. `id` is 0 when the statement is not known.
struct ErrorDelta {
  std::string target;
  Source source = Source::Log;
  TimePoint minute;
  std::string code;      ///< MySQL errno ("1213") or SQLSTATE ("40P01"); may be empty.
  std::string severity;  ///< "ERROR", "FATAL", "PANIC"; may be empty.
  std::string message;   ///< Values masked.
  FingerprintId id;
  std::uint64_t count = 0;
};

/// Where a collector goes on after a restart: one value under a key of the collector's own choice.
/// An empty `state` removes the key. Opaque to the store.
struct Checkpoint {
  std::string key;
  std::string state;
};

/// All texts are data from servers: masked, but not neutralised for any medium.
struct Flush {
  std::string collector;  ///< Whose it is; unique and stable over restarts.
  /// Counts up from 1 over the collector's whole life (StoreWriter::last_sequence tells where it
  /// stood). The store ignores a sequence that it has applied already.
  std::uint64_t sequence = 0;
  std::vector<Slice> slices;
  std::vector<ClassText> texts;
  std::vector<ClassSample> samples;
  std::vector<ErrorDelta> errors;
  std::vector<Checkpoint> checkpoints;

  /// Roughly the memory it takes, to bound a queue of them.
  std::size_t bytes() const;
};

}  // namespace unjam
