// Readers of PostgreSQL server messages that come in a container with named or numbered fields: csv
// log, json log, Cloud SQL and CloudNativePG envelopes. Each turns records into PgRecords for a
// PgInterpreter; the text format (stderr, syslog) has its own readers.
#pragma once

#include "unjam/collect/log_reader.h"

#include <memory>
#include <string_view>

namespace unjam {

/// `mid_file`: the first bytes may belong to a record that began before them; they are passed over
/// without being counted as skipped.
std::unique_ptr<LogReader> make_pg_csv_reader(const ReaderOptions& options, bool mid_file);
std::unique_ptr<LogReader> make_pg_json_reader(const ReaderOptions& options, bool mid_file);
std::unique_ptr<LogReader> make_pg_cloudsql_reader(const ReaderOptions& options, bool mid_file);
std::unique_ptr<LogReader> make_pg_cnpg_reader(const ReaderOptions& options, bool mid_file);

/// Does `head`, which may start inside a record, hold a sound record of the format?
bool looks_like_pg_csv(std::string_view head);
bool looks_like_pg_json(std::string_view head);
bool looks_like_pg_cloudsql(std::string_view head);
bool looks_like_pg_cnpg(std::string_view head);

}  // namespace unjam
