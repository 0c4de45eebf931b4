#include "unit/store/random_flushes.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace unjam {

std::string RandomFlushes::text(const char* what, std::uint64_t kinds) {
  return what + std::to_string(below(kinds));
}

FingerprintId RandomFlushes::some_class() {
  // Few classes are frequent.
  const std::uint64_t rank = below(1 + below(kClasses));
  return fingerprint_id("class " + std::to_string(rank));
}

TimePoint RandomFlushes::some_minute(TimePoint begin, TimePoint end) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(end - begin).count();
  return begin + std::chrono::minutes(below(static_cast<std::uint64_t>(minutes)));
}

ClassDelta RandomFlushes::delta(FingerprintId id) {
  ClassDelta delta;
  delta.id = id;
  Counts& counts = delta.counts;
  counts.calls = 1 + below(1 + below(1 + below(1000)));
  std::uint64_t seen = below(3) == 0 ? 0 : std::min<std::uint64_t>(counts.calls, 40);
  for (std::uint64_t i = 0; i < counts.calls; ++i) {
    const Duration time(below(std::uint64_t{1} << below(34)));
    counts.query_time += time;
    counts.query_time_max = std::max(counts.query_time_max, time);
    if (seen > 0) {
      counts.histogram.add(time);
      --seen;
    }
  }
  if (below(4) == 0) {
    counts.query_time_max = Duration(0);
  }
  for (OptionalSum* sum : {&counts.lock_time, &counts.rows_examined, &counts.rows_sent,
                           &counts.rows_affected, &counts.bytes_sent, &counts.blocks_read,
                           &counts.temporary_tables_on_disk, &counts.without_index}) {
    if (below(3) > 0) {
      sum->add(below(std::uint64_t{1} << below(40)));
    }
  }
  counts.errors = below(3) == 0 ? below(10) : 0;
  std::set<Attribute> attributes;
  for (std::uint64_t i = below(6); i > 0; --i) {
    attributes.insert(below(2) == 0 ? Attribute{"user", text("u", 5)}
                                    : Attribute{"tag:" + text("t", 3), text("v\xff", 20)});
  }
  for (const Attribute& attribute : attributes) {
    const bool all = below(2) == 0;
    delta.attributes.push_back({attribute, all ? counts.calls : below(counts.calls + 1),
                                all ? counts.query_time : counts.query_time / 3});
  }
  return delta;
}

Flush RandomFlushes::next(TimePoint begin, TimePoint end) {
  const std::uint64_t collector = below(2 * kTargets);
  Flush flush;
  flush.collector = "collector " + std::to_string(collector);
  flush.sequence = ++sequences_[collector];
  const std::string target = "target " + std::to_string(collector / 2);
  const Source source = collector % 2 == 0 ? Source::Log : Source::Counters;
  for (std::uint64_t i = 1 + below(3); i > 0; --i) {
    Slice slice;
    slice.target = target;
    slice.source = source;
    slice.minute = some_minute(begin, end);
    std::set<FingerprintId> ids;
    for (std::uint64_t classes = 1 + below(20); classes > 0; --classes) {
      ids.insert(some_class());
    }
    for (const FingerprintId id : ids) {
      slice.classes.push_back(delta(id));
      if (below(10) == 0) {
        flush.texts.push_back({id, text("SELECT ", 1000), Dialect::PostgreSql});
      }
    }
    flush.slices.push_back(std::move(slice));
  }
  for (std::uint64_t i = below(3); i > 0; --i) {
    flush.errors.push_back({target, source, some_minute(begin, end), text("", 4), "ERROR",
                            text("no table ", 3), below(2) == 0 ? FingerprintId{} : some_class(),
                            1 + below(9)});
  }
  flush.checkpoints.push_back({"place", std::to_string(flush.sequence)});
  flush.checkpoints.push_back({text("key", 5), below(2) == 0 ? "" : text("state", 100)});
  return flush;
}

std::string describe(const Counts& counts) {
  std::ostringstream out;
  out << counts.calls << ' ' << counts.query_time.count() << "us max "
      << counts.query_time_max.count() << " errors " << counts.errors;
  for (const OptionalSum* sum : {&counts.lock_time, &counts.rows_examined, &counts.rows_sent,
                                 &counts.rows_affected, &counts.bytes_sent, &counts.blocks_read,
                                 &counts.temporary_tables_on_disk, &counts.without_index}) {
    out << (sum->told ? " " : " -") << sum->sum;
  }
  out << " histogram " << counts.histogram.count();
  return out.str();
}

}  // namespace unjam
