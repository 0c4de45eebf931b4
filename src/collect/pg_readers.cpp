#include "collect/pg_readers.h"

#include "collect/pg_containers.h"
#include "collect/pg_prefix.h"
#include "collect/pg_stderr_log.h"
#include "collect/pg_syslog.h"

namespace unjam {
namespace {

/// What PostgreSQL 10 and later start with.
constexpr std::string_view kDefaultPrefix = "%m [%p] ";

DetectedFormat pg_format(LogFormat format) { return {format, Dialect::PostgreSql, std::nullopt}; }

}  // namespace

std::optional<DetectedFormat> detect_pg_format(std::string_view head) {
  if (looks_like_pg_cnpg(head)) {
    return pg_format(LogFormat::PgCnpgJson);
  }
  if (looks_like_pg_cloudsql(head)) {
    return pg_format(LogFormat::PgCloudSqlJson);
  }
  if (looks_like_pg_json(head)) {
    return pg_format(LogFormat::PgJson);
  }
  if (looks_like_pg_csv(head)) {
    return pg_format(LogFormat::PgCsv);
  }
  DetectedFormat format = pg_format(LogFormat::PgSyslog);
  format.log_line_prefix = detect_pg_syslog_prefix(head);
  if (!format.log_line_prefix) {
    format.format = LogFormat::PgStderr;
    format.log_line_prefix = detect_log_line_prefix(head);
  }
  return format.log_line_prefix ? std::optional(format) : std::nullopt;
}

std::unique_ptr<LogReader> make_pg_reader(const DetectedFormat& format,
                                          const ReaderOptions& options, bool mid_file) {
  std::string prefix(kDefaultPrefix);
  if (options.log_line_prefix) {
    prefix = *options.log_line_prefix;
  } else if (format.log_line_prefix) {
    prefix = *format.log_line_prefix;
  }
  switch (format.format) {
    case LogFormat::PgStderr:
      return make_pg_stderr_reader(prefix, options, mid_file);
    case LogFormat::PgSyslog:
      return make_pg_syslog_reader(prefix, options, mid_file);
    case LogFormat::PgCsv:
      return make_pg_csv_reader(options, mid_file);
    case LogFormat::PgJson:
      return make_pg_json_reader(options, mid_file);
    case LogFormat::PgCloudSqlJson:
      return make_pg_cloudsql_reader(options, mid_file);
    case LogFormat::PgCnpgJson:
      return make_pg_cnpg_reader(options, mid_file);
    case LogFormat::MySqlSlow:
    case LogFormat::MySqlSlowTable:
      break;
  }
  return nullptr;
}

}  // namespace unjam
