#include "unjam/aggregate/aggregator.h"

#include "aggregate/bursts.h"
#include "aggregate/comment_tags.h"
#include "aggregate/execution_batch.h"
#include "aggregate/shape_cache.h"
#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace unjam {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

constexpr std::int64_t kNoSample = -2;

/// 0: not told.
std::uint64_t session_of(const LogEvent& event) {
  return event.thread_id ? *event.thread_id : event.pid.value_or(0);
}

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

/// Aligned so that the aggregators of two threads, made one after the other, share no cache line:
/// every event writes to one.
struct alignas(128) Aggregator::Impl {
  struct EventNames {
    NameId database = Execution::kNoName;
    NameId user = Execution::kNoName;
    NameId host = Execution::kNoName;
  };

  Impl(FingerprintCache& cache, Dialect of_log, AggregateOptions wishes)
      : fingerprints(&cache), dialect(of_log), options(std::move(wishes)), scanner(of_log) {}

  /// Where in `classes` an event belongs.
  struct Row {
    std::uint32_t index = 0;
    KnownShape* shape = nullptr;  ///< Only where rows are fingerprints.
  };

  /// Made if new.
  Row row_of(std::string_view sql, const StatementScan& scan) {
    KnownShape* shape = shapes.find(scan.shape);
    if (shape == nullptr) {
      shape =
          shapes.insert(scan.shape, index_of(fingerprints->fingerprint(dialect, sql, scan.shape)));
    }
    return {shape->index(), shape};
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

  std::string_view tag_value(std::span<const NameId> tags, std::string_view key) const {
    for (const NameId tag : tags) {
      const std::string_view text = names.text(tag);
      if (text.size() > key.size() && text.starts_with(key) && text[key.size()] == '\0') {
        return text.substr(key.size() + 1);
      }
    }
    return {};
  }

  bool passes(const LogEvent& event, std::span<const NameId> tags) const {
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

  Row row_of(const LogEvent& event, const StatementScan& scan, std::span<const NameId> tags) {
    switch (options.group_by) {
      case GroupBy::Fingerprint:
        return row_of(event.sql, scan);
      case GroupBy::User:
        return {index_of_group(event.user)};
      case GroupBy::Host:
        return {index_of_group(event.host)};
      case GroupBy::Database:
        return {index_of_group(event.database)};
      case GroupBy::Tag:
        return {index_of_group(tag_value(tags, options.group_tag))};
    }
    return {};
  }

  NameId name_of(std::string_view text) {
    return text.empty() ? Execution::kNoName : names.intern(text);
  }

  /// For Execution; what does not fit there is added to the class at once: a sum has no order.
  std::uint32_t small(const std::optional<std::uint64_t>& value, std::uint32_t index,
                      OptionalSum QueryClass::*sum) {
    if (!value) {
      return Execution::kNotTold;
    }
    if (*value >= Execution::kNotTold) {
      (classes[index].get()->*sum).add(*value);
      return Execution::kNotTold;
    }
    return static_cast<std::uint32_t>(*value);
  }

  void add_statement_to_totals(const LogEvent& event) {
    ++totals.statements;
    if (event.query_time) {
      add_to_totals(*event.query_time, event.at);
    }
    if (event.lock_time) {
      totals.lock_time.add(static_cast<std::uint64_t>(event.lock_time->count()));
    }
  }

  void add_statement(const Row& row, const LogEvent& event, std::uint64_t session,
                     const EventNames& who, std::span<const NameId> tags) {
    const std::uint32_t index = row.index;
    const std::int64_t query_time_us = event.query_time ? event.query_time->count() : -1;
    if (row.shape == nullptr || row.shape->may_exceed_floor(query_time_us)) {
      if (query_time_us > sample_floor[index]) {
        take_sample(*classes[index], index, event);
      }
      if (row.shape != nullptr) {
        row.shape->set_sample_floor(sample_floor[index]);
      }
    }
    Execution& execution = batch.add(index, tags);
    execution.query_time_us = query_time_us;
    execution.database = who.database;
    execution.user = who.user;
    execution.host = who.host;
    if (event.at) {
      execution.at_us = event.at->time_since_epoch().count();
      if (session != 0) {
        execution.burst = bursts.add(session, index, *event.at);
      }
    }
    if (event.lock_time) {
      const auto lock_time = static_cast<std::uint64_t>(event.lock_time->count());
      execution.lock_time_us = small(lock_time, index, &QueryClass::lock_time);
    }
    execution.rows_examined = small(event.rows_examined, index, &QueryClass::rows_examined);
    execution.rows_sent = small(event.rows_sent, index, &QueryClass::rows_sent);
    execution.rows_affected = small(event.rows_affected, index, &QueryClass::rows_affected);
    execution.bytes_sent = small(event.bytes_sent, index, &QueryClass::bytes_sent);
    if (batch.full()) {
      settle();
    }
  }

  void settle() { batch.apply(classes, trend); }

  void add_to_totals(Duration time, const std::optional<TimePoint>& at) {
    totals.query_time += time;
    if (at) {
      trend.add_run(*at, time);
    }
  }

  /// Later rows of an execution that was counted before.
  void add_fetch(QueryClass& row, const LogEvent& event) {
    if (event.query_time) {
      add_to_totals(*event.query_time, event.at);
      row.query_time += *event.query_time;
      if (event.at) {
        row.add_to_trend(*event.at, *event.query_time, trend);
      }
    }
  }

  void take_sample(QueryClass& row, std::uint32_t index, const LogEvent& event) {
    // What waits in the batch is not in the class yet.
    if (sample_threshold > Duration(0) &&
        row.query_time + event.query_time.value_or(Duration(0)) < sample_threshold) {
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
  /// Per class: microseconds that an execution must exceed to become the sample; never sinks.
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
  const bool has_row = event.kind != EventKind::Admin && event.kind != EventKind::Throttle &&
                       !(event.sql.empty() && event.kind != EventKind::Statement);
  const std::uint64_t session = session_of(event);
  __builtin_prefetch(a.bursts.place_of(session), 1);
  const StatementScan* scan = nullptr;
  std::span<const NameId> tags;
  if (has_row) {
    scan = event.scan != nullptr ? event.scan : &a.scanner.scan(event.sql);
    __builtin_prefetch(a.shapes.likely_place_of(scan->shape));
    if (scan->comment_count > 0) {
      tags = a.comment_tags.tags_of(event.sql, *scan, a.names);
    }
  }
  if (!a.passes(event, tags)) {
    return;
  }
  if (const TextMatch* match = a.options.filter.match) {
    const bool class_matches = has_row && a.classes[a.row_of(event, *scan, tags).index]->matches;
    if (!class_matches && !match->matches(event.sql)) {
      return;
    }
  }
  if (is_execution_record) {
    a.totals.rate_limit = std::max(a.totals.rate_limit, event.rate_limit);
    a.add_execution_record(event);
  }
  // What needs no class first: meanwhile the shape's slot arrives from memory.
  Impl::EventNames who;
  if (event.kind == EventKind::Statement) {
    who = {a.name_of(event.database), a.name_of(event.user), a.name_of(event.host)};
    a.add_statement_to_totals(event);
  }
  const Impl::Row place = has_row ? a.row_of(event, *scan, tags) : Impl::Row();
  if (event.kind == EventKind::Statement && event.error.empty()) {
    // The usual case: the class itself, far from the caches, is not touched.
    a.add_statement(place, event, session, who, tags);
    return;
  }
  QueryClass* row = has_row ? a.classes[place.index].get() : nullptr;
  const FingerprintId id = row != nullptr ? row->id : FingerprintId{};
  switch (event.kind) {
    case EventKind::Statement:
      a.add_statement(place, event, session, who, tags);
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
    from.for_each([&](NameId name, std::uint64_t count) {
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
    });
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
      std::int64_t& floor = a.sample_floor[place->second];
      floor = std::max<std::int64_t>(
          floor, ours.sample->query_time ? ours.sample->query_time->count() : -1);
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
