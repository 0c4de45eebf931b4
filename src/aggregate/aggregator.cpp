#include "unjam/aggregate/aggregator.h"

#include "aggregate/bursts.h"
#include "aggregate/comment_tags.h"
#include "aggregate/execution_batch.h"
#include "aggregate/shape_cache.h"
#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <unordered_map>

namespace unjam {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

constexpr std::int64_t kNoSample = -2;

double seconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }

}  // namespace

void Totals::merge(const Totals& other) {
  events += other.events;
  event_time += other.event_time;
  statements += other.statements;
  query_time += other.query_time;
  lock_time.merge(other.lock_time);
  admin += other.admin;
  throttled += other.throttled;
  errors += other.errors;
  lock_waits += other.lock_waits;
  deadlocks += other.deadlocks;
  temporary_files += other.temporary_files;
  rate_limit = std::max(rate_limit, other.rate_limit);
  widen(first, last, other.first);
  widen(first, last, other.last);
}

struct Aggregator::Impl {
  Impl(FingerprintCache& fingerprints_, Dialect dialect_, AggregateOptions options_)
      : fingerprints(&fingerprints_),
        dialect(dialect_),
        options(std::move(options_)),
        scanner(dialect_) {}

  /// Where in `classes` the statement belongs; made if new.
  std::uint32_t index_of(std::string_view sql, const StatementScan& scan) {
    std::uint32_t index = shapes.find(scan.shape);
    if (index == ShapeCache::kAbsent) {
      index = index_of(fingerprints->fingerprint(dialect, sql, scan.shape));
      shapes.insert(scan.shape, index);
    }
    return index;
  }

  std::uint32_t index_of(Fingerprint&& fingerprint) {
    const auto [place, is_new] =
        by_id.try_emplace(fingerprint.id, static_cast<std::uint32_t>(classes.size()));
    if (is_new) {
      auto added = std::make_unique<QueryClass>();
      added->id = fingerprint.id;
      added->text = std::move(fingerprint.text);
      added->text.shrink_to_fit();
      added->dialect = dialect;
      added->matches =
          options.filter.match == nullptr || options.filter.match->matches(added->text);
      classes.push_back(std::move(added));
      sample_floor.push_back(kNoSample);
    }
    return place->second;
  }

  std::uint32_t index_of_group(std::string_view name) {
    return index_of(Fingerprint{fingerprint_id(name), std::string(name)});
  }

  std::string_view tag_value(const std::vector<NameId>& tags, std::string_view key) const {
    for (const NameId tag : tags) {
      const std::string_view text = names.text(tag);
      if (text.size() > key.size() && text.starts_with(key) && text[key.size()] == '\0') {
        return text.substr(key.size() + 1);
      }
    }
    return {};
  }

  bool passes(const LogEvent& event, const std::vector<NameId>& tags) const {
    const EventFilter& filter = options.filter;
    if ((filter.since && !(event.at && *event.at >= *filter.since)) ||
        (filter.until && !(event.at && *event.at < *filter.until)) ||
        (!filter.databases.empty() && !contains(filter.databases, event.database)) ||
        (!filter.users.empty() && !contains(filter.users, event.user))) {
      return false;
    }
    return std::all_of(filter.tags.begin(), filter.tags.end(), [&](const auto& wanted) {
      return tag_value(tags, wanted.first) == wanted.second;
    });
  }

  std::uint32_t row_of(const LogEvent& event, const StatementScan& scan,
                       const std::vector<NameId>& tags) {
    switch (options.group_by) {
      case GroupBy::Fingerprint:
        return index_of(event.sql, scan);
      case GroupBy::User:
        return index_of_group(event.user);
      case GroupBy::Host:
        return index_of_group(event.host);
      case GroupBy::Database:
        return index_of_group(event.database);
      case GroupBy::Tag:
        return index_of_group(tag_value(tags, options.group_tag));
    }
    return 0;
  }

  NameId name_of(std::string_view text) {
    return text.empty() ? Execution::kNoName : names.intern(text);
  }

  void add_statement(std::uint32_t index, const LogEvent& event, const std::vector<NameId>& tags) {
    Execution execution;
    execution.class_index = index;
    execution.database = name_of(event.database);
    execution.user = name_of(event.user);
    execution.host = name_of(event.host);
    if (event.at) {
      execution.at_us = event.at->time_since_epoch().count();
      const std::uint64_t session = event.thread_id ? *event.thread_id : event.pid.value_or(0);
      if (session != 0) {
        execution.burst = bursts.add(session, index, *event.at);
      }
    }
    if (event.query_time) {
      execution.query_time_us = event.query_time->count();
      add_to_totals(*event.query_time, event.at);
    }
    if (event.lock_time) {
      execution.lock_time_us = static_cast<std::uint64_t>(event.lock_time->count());
      totals.lock_time.add(execution.lock_time_us);
    }
    execution.rows_examined = event.rows_examined.value_or(Execution::kNotTold);
    execution.rows_sent = event.rows_sent.value_or(Execution::kNotTold);
    execution.rows_affected = event.rows_affected.value_or(Execution::kNotTold);
    execution.bytes_sent = event.bytes_sent.value_or(Execution::kNotTold);
    ++totals.statements;
    for (const NameId tag : tags) {
      classes[index]->tags.add(tag);
    }
    if (execution.query_time_us > sample_floor[index]) {
      take_sample(*classes[index], index, event);
    }
    batch.add(execution);
    if (batch.full()) {
      settle();
    }
  }

  void settle() { batch.apply(classes, trend); }

  void add_to_totals(Duration time, const std::optional<TimePoint>& at) {
    totals.query_time += time;
    if (at) {
      trend.add(*at, seconds(time));
    }
  }

  /// Later rows of an execution that was counted before.
  void add_fetch(QueryClass& row, const LogEvent& event) {
    if (event.query_time) {
      add_to_totals(*event.query_time, event.at);
      row.query_time += *event.query_time;
      if (event.at) {
        row.add_to_trend(*event.at, seconds(*event.query_time), trend);
      }
    }
  }

  void take_sample(QueryClass& row, std::uint32_t index, const LogEvent& event) {
    // What waits in the batch is not in the class yet.
    if (row.query_time + event.query_time.value_or(Duration(0)) < sample_threshold) {
      return;
    }
    sample_floor[index] = event.query_time ? event.query_time->count() : -1;
    if (!row.sample) {
      row.sample = std::make_unique<Sample>();
    }
    sample_bytes -= row.sample->sql.size() + row.sample->parameters.size();
    row.sample->sql.assign(event.sql.substr(0, Sample::kMaxSampleBytes));
    row.sample->parameters.assign(event.parameters.substr(0, Sample::kMaxSampleBytes));
    row.sample->query_time = event.query_time;
    row.sample->at = event.at;
    sample_bytes += row.sample->sql.size() + row.sample->parameters.size();
    if (sample_bytes > kMaxSampleBytes) {
      drop_samples();
    }
  }

  /// The lighter half of the classes lose theirs, and get none again while they stay that light.
  void drop_samples() {
    settle();
    std::vector<Duration> times;
    for (const auto& row : classes) {
      if (row->sample) {
        times.push_back(row->query_time);
      }
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    sample_threshold = std::max(sample_threshold + Duration(1), *middle);
    for (const auto& row : classes) {
      if (row->sample && row->query_time < sample_threshold) {
        sample_bytes -= row->sample->sql.size() + row->sample->parameters.size();
        row->sample.reset();
        ++samples_dropped;
      }
    }
  }

  void add_deadlock(const LogEvent& event) {
    incidents.add_deadlock(event, [this](std::string_view sql) {
      return classes[index_of(fingerprints->normalizer().fingerprint(dialect, sql))]->id;
    });
  }

  void add_execution_record(const LogEvent& event) {
    ++totals.events;
    if (event.query_time) {
      totals.event_time += *event.query_time;
    }
    widen(totals.first, totals.last, event.at);
  }

  FingerprintCache* fingerprints;
  Dialect dialect;
  AggregateOptions options;
  ShapeScanner scanner;
  ShapeCache shapes;
  CommentTags comment_tags;
  Bursts bursts;
  Names names;
  std::vector<std::unique_ptr<QueryClass>> classes;
  ExecutionBatch batch;
  /// Per class: microseconds that an execution must exceed to become the sample.
  std::vector<std::int64_t> sample_floor;
  std::unordered_map<FingerprintId, std::uint32_t> by_id;
  Totals totals;
  TimeSeries trend;
  Incidents incidents;
  std::size_t sample_bytes = 0;
  Duration sample_threshold{0};
  std::uint64_t samples_dropped = 0;
  std::uint64_t events_seen = 0;
  std::optional<TimePoint> first_seen;
  std::optional<TimePoint> last_seen;
};

Aggregator::Aggregator(FingerprintCache& fingerprints, Dialect dialect, AggregateOptions options)
    : impl_(std::make_unique<Impl>(fingerprints, dialect, std::move(options))) {}
Aggregator::~Aggregator() = default;
Aggregator::Aggregator(Aggregator&&) noexcept = default;
Aggregator& Aggregator::operator=(Aggregator&&) noexcept = default;

void Aggregator::on_event(const LogEvent& event) {
  Impl& a = *impl_;
  const bool is_execution_record =
      event.kind != EventKind::Error && event.kind != EventKind::LockWait &&
      event.kind != EventKind::Deadlock && event.kind != EventKind::TemporaryFile;
  if (is_execution_record) {
    ++a.events_seen;
    widen(a.first_seen, a.last_seen, event.at);
  }
  static const std::vector<NameId> kNoTags;
  StatementScan scan;
  const bool has_row = event.kind != EventKind::Admin && event.kind != EventKind::Throttle &&
                       !(event.sql.empty() && event.kind != EventKind::Statement);
  if (has_row) {
    scan = event.scan ? *event.scan : a.scanner.scan(event.sql);
  }
  const std::vector<NameId>& tags =
      scan.comment_count > 0 ? a.comment_tags.tags_of(event.sql, scan, a.names) : kNoTags;
  if (!a.passes(event, tags)) {
    return;
  }
  std::uint32_t index = 0;
  if (has_row) {
    index = a.row_of(event, scan, tags);
  }
  if (const TextMatch* match = a.options.filter.match) {
    const bool class_matches = has_row && a.classes[index]->matches;
    if (!class_matches && !match->matches(event.sql)) {
      return;
    }
  }
  if (is_execution_record) {
    a.totals.rate_limit = std::max(a.totals.rate_limit, event.rate_limit);
    a.add_execution_record(event);
  }
  if (event.kind == EventKind::Statement && event.error.empty()) {
    // The usual case: the class itself, far from the caches, is not touched.
    a.add_statement(index, event, tags);
    return;
  }
  QueryClass* row = has_row ? a.classes[index].get() : nullptr;
  const FingerprintId id = row != nullptr ? row->id : FingerprintId{};
  switch (event.kind) {
    case EventKind::Statement:
      a.add_statement(index, event, tags);
      ++a.totals.errors;
      a.incidents.add_error(id, event);
      break;
    case EventKind::Fetch:
      if (row != nullptr) {
        a.add_fetch(*row, event);
      }
      break;
    case EventKind::Admin:
      ++a.totals.admin;
      break;
    case EventKind::Throttle:
      ++a.totals.throttled;
      break;
    case EventKind::Error:
      ++a.totals.errors;
      a.incidents.add_error(id, event);
      break;
    case EventKind::LockWait:
      ++a.totals.lock_waits;
      a.incidents.add_lock_wait(id, event);
      break;
    case EventKind::Deadlock:
      ++a.totals.deadlocks;
      a.add_deadlock(event);
      break;
    case EventKind::TemporaryFile:
      ++a.totals.temporary_files;
      a.incidents.add_temporary_file(id, event);
      break;
    case EventKind::Plan:
    case EventKind::Parse:
    case EventKind::Bind:
      break;
  }
  if (row != nullptr && !event.error.empty()) {
    row->errors.add(a.names.intern(event.error));
  }
}

void Aggregator::merge(Aggregator&& other, std::string_view inherited_database) {
  Impl& a = *impl_;
  Impl& b = *other.impl_;
  a.settle();
  b.settle();
  std::vector<NameId> ours_of(b.names.size(), Execution::kNoName);
  const auto translate = [&](const NameCounts& from, NameCounts& to) {
    for (const auto& [name, count] : from.entries()) {
      NameId& ours = ours_of[name];
      if (ours == Execution::kNoName) {
        const std::string_view text = b.names.text(name);
        ours = name == Names::kOther
                   ? Names::kOther
                   : a.names.intern(text == kInheritedDatabase ? inherited_database : text);
      }
      if (!a.names.text(ours).empty()) {
        to.add(ours, count);
      }
    }
  };
  for (std::unique_ptr<QueryClass>& theirs : b.classes) {
    if (a.options.group_by == GroupBy::Database && theirs->text == kInheritedDatabase) {
      theirs->text = inherited_database;
      theirs->id = fingerprint_id(inherited_database);
    }
    const auto [place, is_new] =
        a.by_id.try_emplace(theirs->id, static_cast<std::uint32_t>(a.classes.size()));
    if (is_new) {
      auto added = std::make_unique<QueryClass>();
      added->id = theirs->id;
      added->text = std::move(theirs->text);
      added->dialect = theirs->dialect;
      added->matches = theirs->matches;
      a.classes.push_back(std::move(added));
      a.sample_floor.push_back(kNoSample);
    }
    QueryClass& ours = *a.classes[place->second];
    ours.add_numbers(*theirs);
    translate(theirs->databases, ours.databases);
    translate(theirs->users, ours.users);
    translate(theirs->hosts, ours.hosts);
    translate(theirs->tags, ours.tags);
    translate(theirs->errors, ours.errors);
    if (theirs->sample && (!ours.sample || theirs->sample->query_time > ours.sample->query_time)) {
      if (ours.sample) {
        a.sample_bytes -= ours.sample->sql.size() + ours.sample->parameters.size();
      }
      ours.sample = std::move(theirs->sample);
      a.sample_bytes += ours.sample->sql.size() + ours.sample->parameters.size();
      a.sample_floor[place->second] =
          ours.sample->query_time ? ours.sample->query_time->count() : -1;
    }
    theirs.reset();
  }
  a.totals.merge(b.totals);
  a.trend.merge(b.trend);
  a.incidents.merge(b.incidents);
  a.samples_dropped += b.samples_dropped;
  a.events_seen += b.events_seen;
  widen(a.first_seen, a.last_seen, b.first_seen);
  widen(a.first_seen, a.last_seen, b.last_seen);
  if (a.sample_bytes > kMaxSampleBytes) {
    a.drop_samples();
  }
}

const std::vector<std::unique_ptr<QueryClass>>& Aggregator::classes() const {
  impl_->settle();
  return impl_->classes;
}

const QueryClass* Aggregator::find(FingerprintId id) const {
  impl_->settle();
  const auto found = impl_->by_id.find(id);
  return found == impl_->by_id.end() ? nullptr : impl_->classes[found->second].get();
}

const Names& Aggregator::names() const { return impl_->names; }
const Totals& Aggregator::totals() const { return impl_->totals; }
const TimeSeries& Aggregator::trend() const { return impl_->trend; }
const Incidents& Aggregator::incidents() const { return impl_->incidents; }
std::uint64_t Aggregator::samples_dropped() const { return impl_->samples_dropped; }
std::uint64_t Aggregator::events_seen() const { return impl_->events_seen; }
std::optional<TimePoint> Aggregator::first_seen() const { return impl_->first_seen; }
std::optional<TimePoint> Aggregator::last_seen() const { return impl_->last_seen; }

}  // namespace unjam
