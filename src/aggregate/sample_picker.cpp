#include "aggregate/sample_picker.h"

#include "unjam/aggregate/log_aggregator.h"

namespace unjam {

std::size_t SamplePicker::pick(SampleHistory& history, PickedSamples& picked, const LogEvent& event,
                               TimePoint at, TimePoint now, const EventNames& who,
                               std::span<const NameId> tags) {
  const std::int64_t time_us = event.query_time ? event.query_time->count() : -1;
  std::size_t copied = 0;
  const std::uint64_t serial = ++serial_;
  const auto keep = [&](KeptExecution& kept) {
    kept.serial = serial;
    kept.sql.assign(event.sql.substr(0, KeptExecution::kMaxText));
    kept.parameters.assign(event.parameters.substr(0, KeptExecution::kMaxText));
    kept.query_time = event.query_time;
    kept.at = at;
    kept.who = who;
    kept.tags.assign(tags.begin(), tags.end());
    copied += kept.sql.size() + kept.parameters.size();
  };
  const bool due = now >= history.next_due;
  if (due && picked.seen == 0 && now >= history.slowest_until) {
    history.slowest_us = SampleHistory::kNone;
    history.slowest_until = now + LogAggregator::kSlowestLasts;
  }
  if (time_us > history.slowest_us) {
    history.slowest_us = time_us;
    keep(picked.slowest);
  }
  if (due) {
    keep(picked.newest);
    ++picked.seen;
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    if (random_ % picked.seen == 0) {
      keep(picked.random);
    }
  }
  return copied;
}

std::vector<const KeptExecution*> SamplePicker::distinct(const PickedSamples& picked) {
  std::vector<const KeptExecution*> result;
  for (const KeptExecution* kept : {&picked.slowest, &picked.newest, &picked.random}) {
    bool is_new = kept->serial != 0;
    for (const KeptExecution* before : result) {
      is_new = is_new && before->serial != kept->serial;
    }
    if (is_new) {
      result.push_back(kept);
    }
  }
  return result;
}

}  // namespace unjam
