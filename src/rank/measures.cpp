#include "rank/measures.h"

#include "rank/report_rows.h"

namespace unjam {

double measure(const QueryClass& row, RankBy by) {
  switch (by) {
    case RankBy::Time:
      return static_cast<double>(row.query_time.count());
    case RankBy::Calls:
      return static_cast<double>(row.calls);
    case RankBy::P50:
      return static_cast<double>(row.histogram.quantile(0.50).count());
    case RankBy::P95:
      return static_cast<double>(row.histogram.quantile(0.95).count());
    case RankBy::P99:
      return static_cast<double>(row.histogram.quantile(0.99).count());
    case RankBy::Max:
      return static_cast<double>(row.query_time_max.count());
    case RankBy::Mean:
      return row.timed_calls == 0 ? 0.0
                                  : static_cast<double>(row.query_time.count()) /
                                        static_cast<double>(row.timed_calls);
    case RankBy::Lock:
      return static_cast<double>(row.lock_time.sum);
    case RankBy::RowsExamined:
      return static_cast<double>(row.rows_examined.sum);
    case RankBy::RowsSent:
      return static_cast<double>(row.rows_sent.sum);
    case RankBy::RowsRatio:
      return rows_ratio(row);
    case RankBy::Errors:
      return static_cast<double>(error_count(row));
    case RankBy::Bytes:
      return static_cast<double>(row.bytes_sent.sum);
  }
  return 0.0;
}

bool is_additive(RankBy by) {
  switch (by) {
    case RankBy::Time:
    case RankBy::Calls:
    case RankBy::Lock:
    case RankBy::RowsExamined:
    case RankBy::RowsSent:
    case RankBy::Errors:
    case RankBy::Bytes:
      return true;
    case RankBy::P50:
    case RankBy::P95:
    case RankBy::P99:
    case RankBy::Max:
    case RankBy::Mean:
    case RankBy::RowsRatio:
      return false;
  }
  return false;
}

bool tells(const QueryClass& row, RankBy by) {
  switch (by) {
    case RankBy::Time:
    case RankBy::P50:
    case RankBy::P95:
    case RankBy::P99:
    case RankBy::Max:
    case RankBy::Mean:
      return row.timed_calls > 0;
    case RankBy::Calls:
    case RankBy::Errors:
      return true;
    case RankBy::Lock:
      return row.lock_time.told;
    case RankBy::RowsExamined:
      return row.rows_examined.told;
    case RankBy::RowsSent:
      return row.rows_sent.told;
    case RankBy::RowsRatio:
      return row.rows_examined.told && row.rows_sent.told;
    case RankBy::Bytes:
      return row.bytes_sent.told;
  }
  return false;
}

}  // namespace unjam
