// Events to query classes. One aggregator per thread; they are merged once at the end.
#pragma once

#include "unjam/aggregate/fingerprint_cache.h"
#include "unjam/aggregate/incidents.h"
#include "unjam/aggregate/names.h"
#include "unjam/aggregate/query_class.h"
#include "unjam/collect/log_event.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unjam {

/// What rows of a ranking are. Table is not here: a fingerprint tells its tables, so the ranking
/// groups by them afterwards.
enum class GroupBy : std::uint8_t { Fingerprint, User, Host, Database, Tag };

/// Decides on a statement's text; see EventFilter::match.
class TextMatch {
 public:
  virtual ~TextMatch() = default;
  virtual bool matches(std::string_view text) const = 0;
};

/// All conditions must hold; an empty one holds for every event.
struct EventFilter {
  std::optional<TimePoint> since;  ///< Inclusive.
  std::optional<TimePoint> until;  ///< Exclusive.
  std::vector<std::string> databases;
  std::vector<std::string> users;
  std::vector<std::pair<std::string, std::string>> tags;
  /// Holds when the fingerprint text or the raw text matches. Must outlive the aggregator.
  const TextMatch* match = nullptr;
};

struct AggregateOptions {
  GroupBy group_by = GroupBy::Fingerprint;
  std::string group_tag;  ///< GroupBy::Tag: the tag's key.
  EventFilter filter;
};

/// Of the events that passed the filter. CLI.md of `analyze --output json` names them.
struct Totals {
  std::uint64_t events = 0;
  Duration event_time{0};
  std::uint64_t statements = 0;
  Duration query_time{0};
  OptionalSum lock_time;  ///< Microseconds.
  std::uint64_t admin = 0;
  std::uint64_t throttled = 0;
  std::uint64_t errors = 0;
  std::uint64_t lock_waits = 0;
  std::uint64_t deadlocks = 0;
  std::uint64_t temporary_files = 0;
  /// The largest LogEvent::rate_limit: above 1, the server logged only one execution in so many.
  std::uint64_t rate_limit = 1;
  std::optional<TimePoint> first;
  std::optional<TimePoint> last;
  void merge(const Totals& other);
};

/// Not thread-safe. Memory is bounded by the number of distinct classes and names: samples take at
/// most kMaxSampleBytes in all (those of the lightest classes go first).
class Aggregator : public EventSink {
 public:
  static constexpr std::size_t kMaxSampleBytes = std::size_t{64} << 20;

  /// `fingerprints` must outlive the aggregator; other threads may use it too.
  Aggregator(FingerprintCache& fingerprints, Dialect dialect, AggregateOptions options);
  ~Aggregator() override;
  Aggregator(Aggregator&&) noexcept;
  Aggregator& operator=(Aggregator&&) noexcept;

  void on_event(const LogEvent& event) override;

  /// Adds everything `other` saw. `inherited_database` replaces kInheritedDatabase in it.
  void merge(Aggregator&& other, std::string_view inherited_database = {});

  const std::vector<std::unique_ptr<QueryClass>>& classes() const;
  /// nullptr when no such class was seen.
  const QueryClass* find(FingerprintId id) const;
  const Names& names() const;
  const Totals& totals() const;
  const TimeSeries& trend() const;
  const Incidents& incidents() const;
  std::uint64_t samples_dropped() const;
  std::uint64_t events_seen() const;  ///< Before the filter.
  std::optional<TimePoint> first_seen() const;
  std::optional<TimePoint> last_seen() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
