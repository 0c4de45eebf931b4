// One log record as a JSON line: the contract of `unjam events`.
#pragma once

#include "unjam/collect/log_event.h"
#include "unjam/model/sql.h"
#include "unjam/normalize/query_tags.h"

#include <string>
#include <string_view>

namespace unjam {

/// Appends `text` as a JSON string from which the exact bytes can be had back: a byte that is not
/// part of valid UTF-8 becomes the lone surrogate \udcXX, as Python's surrogateescape does.
void append_exact_json(std::string& out, std::string_view text);

struct EventLine {
  const LogEvent& event;
  std::string_view sql;         ///< As shown: exact or masked.
  std::string_view parameters;  ///< As shown; empty when masked.
  FingerprintId id;             ///< 0: the record has no statement.
  const QueryTags& tags;
};

/// Appends one line with its line feed. Fields that the record does not tell are left out.
void append_event_line(std::string& out, const EventLine& line);

}  // namespace unjam
