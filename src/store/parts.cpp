#include "store/parts.h"

#include <algorithm>

namespace unjam {
namespace {

__extension__ using Wide = __int128;

std::uint64_t share(std::uint64_t value, std::int64_t numerator, std::int64_t denominator) {
  return static_cast<std::uint64_t>(static_cast<Wide>(value) * numerator / denominator);
}

/// What of every sum belongs before numerator / denominator.
Counts share(const Counts& counts, std::int64_t numerator, std::int64_t denominator) {
  const auto of = [&](std::uint64_t value) { return share(value, numerator, denominator); };
  const auto of_sum = [&](const OptionalSum& sum) { return OptionalSum{of(sum.sum), sum.told}; };
  Counts part;
  part.calls = of(counts.calls);
  part.query_time =
      Duration(static_cast<Wide>(counts.query_time.count()) * numerator / denominator);
  part.query_time_max = counts.query_time_max;
  part.lock_time = of_sum(counts.lock_time);
  part.rows_examined = of_sum(counts.rows_examined);
  part.rows_sent = of_sum(counts.rows_sent);
  part.rows_affected = of_sum(counts.rows_affected);
  part.bytes_sent = of_sum(counts.bytes_sent);
  part.blocks_read = of_sum(counts.blocks_read);
  part.temporary_tables_on_disk = of_sum(counts.temporary_tables_on_disk);
  part.without_index = of_sum(counts.without_index);
  part.errors = of(counts.errors);
  return part;
}

void subtract(Counts& from, const Counts& what) {
  from.calls -= what.calls;
  from.query_time -= what.query_time;
  from.lock_time.sum -= what.lock_time.sum;
  from.rows_examined.sum -= what.rows_examined.sum;
  from.rows_sent.sum -= what.rows_sent.sum;
  from.rows_affected.sum -= what.rows_affected.sum;
  from.bytes_sent.sum -= what.bytes_sent.sum;
  from.blocks_read.sum -= what.blocks_read.sum;
  from.temporary_tables_on_disk.sum -= what.temporary_tables_on_disk.sum;
  from.without_index.sum -= what.without_index.sum;
  from.errors -= what.errors;
}

}  // namespace

TimeRange widen(const TimeRange& range, Duration period) {
  const auto floor = [&](TimePoint at) {
    const auto rest = at.time_since_epoch() % period;
    return at - (rest < Duration(0) ? rest + period : rest);
  };
  const TimePoint end = floor(range.end);
  return {floor(range.begin), end == range.end ? end : end + period};
}

std::vector<HistoryPoint> Parts::points() const {
  std::vector<HistoryPoint> points(count_);
  for (std::size_t part = 0; part < count_; ++part) {
    points[part].begin = begin_of(part);
  }
  return points;
}

TimePoint Parts::begin_of(std::size_t part) const {
  return range_.begin + Duration(static_cast<Wide>((range_.end - range_.begin).count()) *
                                 static_cast<Wide>(part) / static_cast<Wide>(count_));
}

std::size_t Parts::part_of(TimePoint at) const {
  const auto length = (range_.end - range_.begin).count();
  const auto offset = std::clamp<std::int64_t>((at - range_.begin).count(), 0, length - 1);
  auto part =
      static_cast<std::size_t>(static_cast<Wide>(offset) * static_cast<Wide>(count_) / length);
  // begin_of() rounds down, so `at` may already be in the next part.
  while (part + 1 < count_ && begin_of(part + 1) <= at) {
    ++part;
  }
  return part;
}

void Parts::add(std::vector<HistoryPoint>& points, const TimeRange& period, const Counts& counts,
                bool whole) const {
  if (whole) {
    points[part_of(period.begin + (period.end - period.begin) / 2)].counts.merge(counts);
    return;
  }
  Counts before;
  for_each_share(period, [&](std::size_t part, std::int64_t numerator, std::int64_t denominator) {
    if (numerator == denominator && before.calls == 0 && before.query_time == Duration(0)) {
      points[part].counts.merge(counts);
      return;
    }
    const Counts until = share(counts, numerator, denominator);
    Counts here = until;
    subtract(here, before);
    points[part].counts.merge(here);
    before = until;
  });
}

}  // namespace unjam
