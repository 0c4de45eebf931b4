#include "app/server_snapshot.h"

#include "unjam/aggregate/counter_delta.h"
#include "unjam/collect/statement_counters.h"
#include "unjam/drivers/session.h"

#include <algorithm>
#include <chrono>

namespace unjam {
namespace {

/// Statistics that were reset are younger than the server; entries that were made anew say nothing
/// about the others.
std::optional<TimePoint> begin_of(const CounterSnapshot& snapshot) {
  if (snapshot.reset_at) {
    return snapshot.reset_at;
  }
  std::optional<TimePoint> first;
  for (const CounterRow& row : snapshot.rows) {
    if (row.since) {
      first = first ? std::min(*first, *row.since) : *row.since;
    }
  }
  return first ? first : snapshot.server_start;
}

}  // namespace

ServerSnapshot read_server(const ServerAddress& address, const Normalizer& normalizer) {
  const std::unique_ptr<Session> session = connect(address);
  const std::unique_ptr<CounterSource> source = make_counter_source(*session);
  const CounterSnapshot snapshot = source->poll();

  ServerSnapshot result;
  result.store = make_memory_store();
  result.target = address.display();
  result.asked = snapshot.at;
  result.at = std::chrono::floor<std::chrono::minutes>(snapshot.at);
  result.since = begin_of(snapshot);
  result.warnings = snapshot.warnings;

  // Against statistics that were complete and empty, every entry counts fully.
  CounterSnapshot nothing;
  nothing.at = snapshot.at;
  nothing.server_start = snapshot.server_start;
  nothing.reset_at = snapshot.reset_at;
  nothing.dialect = snapshot.dialect;
  CounterDelta counters({result.target, true}, normalizer, {});
  counters.advance(nothing, result.at);
  Flush flush = counters.advance(snapshot, result.at);
  flush.collector = "server";
  flush.sequence = 1;
  result.store->apply({&flush, 1});
  return result;
}

}  // namespace unjam
