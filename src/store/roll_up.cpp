#include "store/roll_up.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace unjam {
namespace {

/// Rows read and merged in one step: a tenth of a second or so.
constexpr std::int64_t kRowsPerStep = 60'000;
/// Even the smallest segment costs something.
constexpr std::int64_t kRowsPerSegment = 20;
constexpr std::size_t kGroupsPerStep = 256;

/// How long after its end a period is given for flushes that are on their way. What comes later
/// costs another merge, and nothing else.
Duration grace(Level level) {
  using std::chrono::seconds;
  switch (level) {
    case Level::Minute:
      return seconds(10);
    case Level::Hour:
      return seconds(90);
    case Level::Day:
      return seconds(300);
    case Level::Week:
      return seconds(600);
  }
  return {};
}

EpochMinute closed_before(Level level, TimePoint now) {
  return floor_to(level, minute_of(now - grace(level)));
}

bool is_of(const StoredSegment& segment, SegmentState state) { return segment.state == state; }

}  // namespace

void RollUp::step(TimePoint now, Maintenance& done) {
  rows_left_ = kRowsPerStep;
  const Horizons horizons = segments_.horizons();
  const std::vector<Group> loose = loose_minutes(closed_before(Level::Minute, now));
  done.more |= loose.size() == kGroupsPerStep;
  for (const Group& group : loose) {
    if (spent()) {
      break;
    }
    // What is past its retention goes straight into its hour.
    if (group.begin >= horizons.minutes) {
      merge_minute(group, done);
    }
  }
  for (const Level level : {Level::Minute, Level::Hour, Level::Day}) {
    const std::vector<Group> open = open_periods(level, closed_before(coarser(level), now));
    done.more |= open.size() == kGroupsPerStep;
    for (const Group& period : open) {
      if (spent()) {
        break;
      }
      roll_up(level, period, done);
    }
  }
  done.more |= spent();
}

std::vector<RollUp::Group> RollUp::loose_minutes(EpochMinute end) const {
  SqliteQuery query = db_.query(
      "SELECT DISTINCT begin, target, source FROM segment INDEXED BY segment_open WHERE level = 0 "
      "AND state < 2 AND state = 0 AND begin < ? ORDER BY begin, target, source LIMIT ?");
  query.bind(end).bind(kGroupsPerStep);
  std::vector<Group> groups;
  while (query.step()) {
    groups.push_back({query.integer(0), query.integer(1), static_cast<Source>(query.integer(2))});
  }
  return groups;
}

std::vector<RollUp::Group> RollUp::open_periods(Level level, EpochMinute end) const {
  SqliteQuery query = db_.query(
      "SELECT begin / ?1 * ?1, target, source FROM segment INDEXED BY segment_open WHERE level = "
      "?2 AND state < 2 AND state IN (0, 1) AND begin < ?3 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT "
      "?4");
  query.bind(length(coarser(level))).bind(static_cast<int>(level)).bind(end).bind(kGroupsPerStep);
  std::vector<Group> groups;
  while (query.step()) {
    groups.push_back({query.integer(0), query.integer(1), static_cast<Source>(query.integer(2))});
  }
  return groups;
}

void RollUp::merge_minute(const Group& group, Maintenance& done) {
  std::vector<StoredSegment> merged;
  for (const StoredSegment& segment :
       segments_.find(Level::Minute, group.begin, group.begin + 1, group.target, group.source)) {
    if (!is_of(segment, SegmentState::RolledUp) && (merged.empty() || !spent())) {
      rows_left_ -= kRowsPerSegment + static_cast<std::int64_t>(segment.rows);
      merged.push_back(segment);
    }
  }
  if (merged.empty()) {
    return;
  }
  StoredSegment place = merged.front();
  place.state = SegmentState::Open;
  write_sum(place, merged, merged);
  done.rolled_up += merged.size() - 1;
}

void RollUp::roll_up(Level level, const Group& period, Maintenance& done) {
  const EpochMinute end = period.begin + length(coarser(level));
  const std::vector<StoredSegment> all =
      segments_.find(level, period.begin, end, period.target, period.source);
  std::vector<StoredSegment> children;
  for (const StoredSegment& segment : all) {
    if (!is_of(segment, SegmentState::RolledUp) && (children.empty() || !spent())) {
      rows_left_ -= kRowsPerSegment + static_cast<std::int64_t>(segment.rows);
      children.push_back(segment);
    }
  }
  if (children.empty()) {
    return;
  }
  std::vector<StoredSegment> from = children;
  std::vector<StoredSegment> replaced;
  for (const StoredSegment& parent : segments_.find(coarser(level), period.begin, period.begin + 1,
                                                    period.target, period.source)) {
    if (!is_of(parent, SegmentState::RolledUp)) {
      rows_left_ -= static_cast<std::int64_t>(parent.rows);
      from.push_back(parent);
      replaced.push_back(parent);
    }
  }
  StoredSegment place;
  place.level = coarser(level);
  place.begin = period.begin;
  place.target = period.target;
  place.source = period.source;
  place.state = SegmentState::Open;
  write_sum(place, from, replaced);

  std::map<EpochMinute, std::vector<StoredSegment>> rolled_up;
  for (const StoredSegment& segment : all) {
    if (is_of(segment, SegmentState::RolledUp)) {
      rolled_up[segment.begin].push_back(segment);
    }
  }
  for (StoredSegment& child : children) {
    segments_.set_rolled_up(child);
    child.state = SegmentState::RolledUp;
    rolled_up[child.begin].push_back(child);
  }
  done.rolled_up += children.size();
  const Horizons horizons = segments_.horizons();
  for (auto& [begin, segments] : rolled_up) {
    if (begin >= horizons.of(level)) {
      merge_rolled_up(std::move(segments));
    }
  }
}

void RollUp::merge_rolled_up(std::vector<StoredSegment> segments) {
  if (segments.size() < 2) {
    return;
  }
  std::uint64_t rows = 0;
  std::uint64_t most = 0;
  for (const StoredSegment& segment : segments) {
    rows += segment.rows;
    most = std::max(most, segment.rows);
  }
  // A large one is not written anew for a few late executions.
  constexpr std::size_t kMostSegments = 8;
  if (segments.size() < kMostSegments && (rows - most) * 4 < most) {
    return;
  }
  rows_left_ -= static_cast<std::int64_t>(rows);
  write_sum(segments.front(), segments, segments);
}

void RollUp::write_sum(StoredSegment place, const std::vector<StoredSegment>& from,
                       const std::vector<StoredSegment>& replaced) {
  const bool week = place.level == Level::Week;
  const bool cold = !week || place.begin >= segments_.horizons().full_weeks;
  SegmentSum sum;
  place.first = from.front().first;
  place.last = from.front().last;
  for (const StoredSegment& segment : from) {
    sum.add(segments_.read(segment, {cold, cold, !week, nullptr}));
    place.first = std::min(place.first, segment.first);
    place.last = std::max(place.last, segment.last);
  }
  Segment total = sum.take();
  bound_attributes(total);
  for (const StoredSegment& segment : replaced) {
    segments_.erase(segment);
  }
  segments_.insert(place, total);
}

void RollUp::bound_attributes(Segment& segment) {
  for (SegmentRow& row : segment) {
    if (row.attributes.size() <= ClassDelta::kMaxAttributes) {
      continue;
    }
    std::map<std::string, std::vector<AttributeUse>> of_key;
    for (const AttributeUse& use : row.attributes) {
      of_key[key_of(use.attribute)].push_back(use);
    }
    std::vector<AttributeUse> kept;
    for (auto& [key, uses] : of_key) {
      if (uses.size() > ClassDelta::kMaxAttributes) {
        AttributeUse other;
        other.attribute = other_of(key);
        std::sort(uses.begin(), uses.end(), [&](const AttributeUse& a, const AttributeUse& b) {
          // What is "(other)" already stays in it.
          return std::pair(a.attribute != other.attribute, a.query_time) >
                 std::pair(b.attribute != other.attribute, b.query_time);
        });
        for (std::size_t i = ClassDelta::kMaxAttributes - 1; i < uses.size(); ++i) {
          other.calls += uses[i].calls;
          other.query_time += uses[i].query_time;
        }
        uses.resize(ClassDelta::kMaxAttributes - 1);
        uses.push_back(other);
      }
      kept.insert(kept.end(), uses.begin(), uses.end());
    }
    std::sort(kept.begin(), kept.end(), [](const AttributeUse& a, const AttributeUse& b) {
      return a.attribute < b.attribute;
    });
    row.attributes = std::move(kept);
  }
}

const std::string& RollUp::key_of(AttributeNumber attribute) {
  if (const auto found = keys_.find(attribute); found != keys_.end()) {
    return found->second;
  }
  constexpr std::size_t kMostRemembered = 100'000;
  if (keys_.size() >= kMostRemembered) {
    keys_.clear();
  }
  SqliteQuery query = db_.query("SELECT key FROM attribute WHERE no = ?");
  const bool known = query.bind(attribute).step();
  return keys_[attribute] = known ? std::string(query.bytes(0)) : std::string();
}

AttributeNumber RollUp::other_of(const std::string& key) {
  // Far in the future: it is not removed while its users are.
  db_.query(
         "INSERT INTO attribute(key, value, last_day) VALUES(?, ?, ?) ON CONFLICT(key, value) DO "
         "UPDATE SET last_day = excluded.last_day")
      .bind_blob(key)
      .bind_blob("(other)")
      .bind(INT32_MAX)
      .run();
  SqliteQuery query = db_.query("SELECT no FROM attribute WHERE key = ? AND value = ?");
  query.bind_blob(key).bind_blob("(other)").step();
  return static_cast<AttributeNumber>(query.integer(0));
}

}  // namespace unjam
