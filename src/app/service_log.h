// The service's log: one line an event, a fixed sentence and then key=value. Warnings and errors
// are counted where they are logged.
#pragma once

#include "unjam/config/config.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace unjam {

struct LogField {
  std::string_view key;
  std::string value;
};

/// Thread-safe. Never with statement text or secrets. Texts from servers are allowed as values:
/// they are quoted, and control characters and broken UTF-8 escaped, so that a line stays one.
void log_event(LogLevel level, std::string_view sentence,
               std::initializer_list<LogField> fields = {});

/// Log to standard error from now on, at `level` or worse; what other modules say to spdlog too.
/// Under the journal, lines carry the journal's priority instead of time and level.
void start_log(LogLevel level);
/// For a reload. Thread-safe.
void change_log_level(LogLevel level);

struct LogCounts {
  std::uint64_t warnings = 0;
  std::uint64_t errors = 0;
};
/// Since the program began. Thread-safe.
LogCounts log_counts();

/// Makes the logger: before the first thread that logs, so that all of them see it whole.
void prepare_log();

}  // namespace unjam
