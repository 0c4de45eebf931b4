#include "unjam/model/bucket.h"

namespace unjam {

std::string_view to_string(Source source) {
  switch (source) {
    case Source::Log:
      return "log";
    case Source::Counters:
      return "counters";
  }
  return {};
}

void Counts::merge(const Counts& other) {
  calls += other.calls;
  query_time += other.query_time;
  query_time_max = std::max(query_time_max, other.query_time_max);
  lock_time.merge(other.lock_time);
  rows_examined.merge(other.rows_examined);
  rows_sent.merge(other.rows_sent);
  rows_affected.merge(other.rows_affected);
  bytes_sent.merge(other.bytes_sent);
  blocks_read.merge(other.blocks_read);
  temporary_tables_on_disk.merge(other.temporary_tables_on_disk);
  without_index.merge(other.without_index);
  errors += other.errors;
  histogram.merge(other.histogram);
}

}  // namespace unjam
