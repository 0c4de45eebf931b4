#include "unjam/aggregate/counter_delta.h"

#include "aggregate/counter_difference.h"
#include "aggregate/counter_state.h"
#include "aggregate/counter_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

namespace unjam {
namespace {

/// 128 bits stand for a key: distinct ones do not collide in practice.
struct Key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept { return key.low; }
};

Key key_of(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

constexpr std::string_view kServerKey = "server";
constexpr std::string_view kEntryPrefix = "entry:";
constexpr std::string_view kErrorPrefix = "error:";

std::string checkpoint_key(const Key& key) {
  return fmt::format("{}{:016x}{:016x}", kEntryPrefix, key.high, key.low);
}

std::optional<Key> parse_key(std::string_view hex) {
  Key key;
  const auto part = [&](std::size_t from, std::uint64_t& value) {
    const char* const begin = hex.data() + from;
    const auto [end, error] = std::from_chars(begin, begin + 16, value, 16);
    return error == std::errc() && end == begin + 16;
  };
  if (hex.size() != 32 || !part(0, key.high) || !part(16, key.low)) {
    return std::nullopt;
  }
  return key;
}

/// A server's start is told in seconds by some, and read in two steps.
constexpr Duration kStartTolerance = std::chrono::seconds(5);

/// Counts `calls` and `time` under an attribute of the class.
void add_attribute(ClassDelta& delta, const char* key, const std::string& value,
                   const Counts& counts) {
  if (value.empty()) {
    return;
  }
  std::size_t of_key = 0;
  AttributeCount* rest = nullptr;
  for (AttributeCount& known : delta.attributes) {
    if (known.attribute.key == key) {
      ++of_key;
      if (known.attribute.value == value) {
        known.calls += counts.calls;
        known.query_time += counts.query_time;
        return;
      }
      rest = known.attribute.value == "(other)" ? &known : rest;
    }
  }
  if (of_key + 1 < ClassDelta::kMaxAttributes) {
    delta.attributes.push_back({{key, value}, counts.calls, counts.query_time});
  } else if (rest != nullptr) {
    rest->calls += counts.calls;
    rest->query_time += counts.query_time;
  } else {
    delta.attributes.push_back({{key, "(other)"}, counts.calls, counts.query_time});
  }
}

}  // namespace

struct CounterDelta::Impl {
  struct Entry {
    std::string packed;      ///< A CounterState; empty when its checkpoint was unreadable.
    std::uint32_t seen = 0;  ///< Its last poll.
    bool holds_text = false;
  };

  /// One advance().
  struct Pass {
    const CounterSnapshot& snapshot;
    Flush flush;
    Slice slice;
    std::unordered_map<FingerprintId, std::size_t> classes;  ///< Index in slice.classes.
    bool first = false;
    bool reset = false;  ///< All entries began anew.
    bool restarted = false;

    /// Whether an entry began anew with all others.
    bool anew(const CounterRow& row) const {
      // pg_stat_statements outlives a clean restart; the MySQL family's statistics are in memory.
      return reset || (restarted && !row.since && snapshot.dialect != Dialect::PostgreSql);
    }

    ClassDelta& class_of(FingerprintId id) {
      const auto [place, is_new] = classes.try_emplace(id, slice.classes.size());
      if (is_new) {
        slice.classes.emplace_back().id = id;
      }
      return slice.classes[place->second];
    }
  };

  Impl(Options&& given, const Normalizer& normalizer)
      : options(std::move(given)), texts(options.target, options.mask_samples, normalizer) {}

  void restore(const Checkpoint& checkpoint);
  void begin(Pass& pass);
  void count(const CounterRow& row, Pass& pass);
  void forget_missing(Pass& pass);
  void count_errors(Pass& pass);
  void finish(Pass& pass);

  Options options;
  CounterTexts texts;
  std::optional<ServerState> server;
  std::unordered_map<Key, Entry, KeyHash> entries;
  std::unordered_map<std::string, std::uint64_t> errors;
  std::uint32_t polls = 0;
};

void CounterDelta::Impl::restore(const Checkpoint& checkpoint) {
  const std::string_view key = checkpoint.key;
  if (checkpoint.state.empty()) {
    return;
  }
  if (key == kServerKey) {
    server = unpack_server_state(checkpoint.state);
  } else if (key.starts_with(kErrorPrefix)) {
    if (const auto count = unpack_count(checkpoint.state)) {
      errors[std::string(key.substr(kErrorPrefix.size()))] = *count;
    }
  } else if (key.starts_with(kEntryPrefix)) {
    if (const auto id = parse_key(key.substr(kEntryPrefix.size()))) {
      entries[*id].packed = unpack_counter_state(checkpoint.state) ? checkpoint.state : "";
    }
  }
}

void CounterDelta::Impl::begin(Pass& pass) {
  const CounterSnapshot& snapshot = pass.snapshot;
  if (!server) {
    pass.first = true;
    server = ServerState{snapshot.at, false, {}, {}};
  }
  const auto moved = [](const auto& now, const auto& last) {
    return now && last ? std::chrono::abs(*now - *last) : Duration(0);
  };
  pass.restarted = moved(snapshot.server_start, server->server_start) > kStartTolerance;
  pass.reset = moved(snapshot.reset_at, server->reset_at) > Duration(0);
}

void CounterDelta::Impl::count(const CounterRow& row, Pass& pass) {
  const Key key = key_of(row.key);
  const auto [place, inserted] = entries.try_emplace(key);
  Entry& entry = place->second;
  if (entry.seen == polls) {
    return;  // a second row of one key would look like counts that fell
  }
  entry.seen = polls;
  const std::optional<CounterState> last = unpack_counter_state(entry.packed);
  if (last && !pass.anew(row) && unchanged(*last, row)) {
    return;
  }

  bool from_zero = false;
  if (last) {
    from_zero = pass.anew(row) || began_anew(*last, row, pass.snapshot.dialect);
  } else if (inserted && !pass.first) {
    from_zero =
        pass.anew(row) || server->complete || (row.since && *row.since > server->first_poll);
  }
  const bool counts = last || from_zero;
  const Counts base = last && !from_zero ? last->counts : Counts();

  CounterState state;
  state.counts = row.counts;
  state.counts.histogram = Histogram();
  keep_highest(state.counts, base, pass.snapshot.dialect);
  state.since = row.since;
  state.text_sent = last && last->text_sent;
  state.id = last ? last->id : fingerprint_id(kOtherQueries);
  CounterTexts::Text text;
  if (!row.text.empty()) {
    text = texts.read(row, pass.snapshot);
    state.text_sent = state.text_sent && text.fingerprint.id == state.id;
    state.id = text.fingerprint.id;
  } else if (!last) {
    text.fingerprint = {state.id, std::string(kOtherQueries)};
  }

  Counts delta;
  if (counts) {
    delta = difference(row.counts, base, pass.snapshot.dialect);
    const bool all_times = from_zero || last->times_are_new;
    state.times_are_new = all_times && row.times.empty();
    if (!row.times.empty()) {
      if (all_times || !last->times.empty()) {
        add_times(row.times, all_times ? std::vector<CounterRow::TimeClass>() : last->times,
                  row.counts.query_time_max, delta.histogram);
      }
    } else if (delta.calls == 1 && pass.snapshot.dialect == Dialect::PostgreSql) {
      // No histogram there, but the time of a single execution is known.
      delta.query_time_max = delta.query_time;
      delta.histogram.add(delta.query_time);
    }
  }
  state.times = !row.times.empty() || from_zero || !last ? row.times : last->times;

  if (delta.calls > 0 || delta.query_time.count() > 0 || delta.errors > 0 ||
      !delta.histogram.empty()) {
    if (pass.classes.contains(state.id)) {
      text.fingerprint.text.clear();  // went out with another entry of the class
    }
    ClassDelta& of_class = pass.class_of(state.id);
    add_attribute(of_class, "database", row.database, delta);
    add_attribute(of_class, "user", row.user, delta);
    of_class.counts.merge(delta);
    texts.send(state.id, std::move(text), row, pass.snapshot, state.text_sent, pass.flush);
    state.text_sent = true;
    entry.holds_text = false;
  } else {
    if (!state.text_sent && !text.fingerprint.text.empty() && !entry.holds_text) {
      entry.holds_text = texts.hold(std::move(text), pass.flush);
    }
  }

  std::string packed = pack(state);
  if (packed != entry.packed) {
    packed.shrink_to_fit();
    entry.packed = std::move(packed);
    pass.flush.checkpoints.push_back({checkpoint_key(key), entry.packed});
  }
}

void CounterDelta::Impl::forget_missing(Pass& pass) {
  if (!pass.snapshot.complete) {
    return;
  }
  for (auto entry = entries.begin(); entry != entries.end();) {
    if (entry->second.seen == polls) {
      ++entry;
      continue;
    }
    if (entry->second.holds_text) {
      if (const auto state = unpack_counter_state(entry->second.packed)) {
        texts.release(state->id);
      }
    }
    pass.flush.checkpoints.push_back({checkpoint_key(entry->first), {}});
    entry = entries.erase(entry);
  }
}

void CounterDelta::Impl::count_errors(Pass& pass) {
  for (const ErrorCounter& error : pass.snapshot.errors) {
    std::uint64_t& last = errors[error.code];
    std::uint64_t grown = 0;
    if (!pass.first) {
      grown = pass.restarted || error.count < last ? error.count : error.count - last;
    }
    if (grown > 0) {
      pass.flush.errors.push_back({options.target,
                                   Source::Counters,
                                   pass.slice.minute,
                                   error.code,
                                   "ERROR",
                                   error.name,
                                   {},
                                   grown});
    }
    if (error.count != last) {
      last = error.count;
      pass.flush.checkpoints.push_back(
          {fmt::format("{}{}", kErrorPrefix, error.code), pack_count(last)});
    }
  }
}

void CounterDelta::Impl::finish(Pass& pass) {
  const CounterSnapshot& snapshot = pass.snapshot;
  const ServerState before = *server;
  server->complete |= snapshot.complete;
  server->reset_at = snapshot.reset_at ? snapshot.reset_at : before.reset_at;
  // Not every jitter of it is worth a checkpoint.
  server->server_start =
      pass.restarted || !before.server_start ? snapshot.server_start : before.server_start;
  if (pass.first || *server != before) {
    pass.flush.checkpoints.push_back({std::string(kServerKey), pack(*server)});
  }
  if (!pass.slice.classes.empty()) {
    pass.flush.slices.push_back(std::move(pass.slice));
  }
}

CounterDelta::CounterDelta(Options options, const Normalizer& normalizer,
                           std::span<const Checkpoint> checkpoints)
    : impl_(std::make_unique<Impl>(std::move(options), normalizer)) {
  for (const Checkpoint& checkpoint : checkpoints) {
    impl_->restore(checkpoint);
  }
}

CounterDelta::~CounterDelta() = default;
CounterDelta::CounterDelta(CounterDelta&&) noexcept = default;
CounterDelta& CounterDelta::operator=(CounterDelta&&) noexcept = default;

Flush CounterDelta::advance(const CounterSnapshot& snapshot, TimePoint now) {
  Impl::Pass pass{snapshot, {}, {}, {}};
  pass.slice.target = impl_->options.target;
  pass.slice.source = Source::Counters;
  pass.slice.minute = std::chrono::floor<std::chrono::minutes>(now);
  ++impl_->polls;
  impl_->begin(pass);
  for (const CounterRow& row : snapshot.rows) {
    impl_->count(row, pass);
  }
  impl_->forget_missing(pass);
  impl_->count_errors(pass);
  impl_->finish(pass);
  return std::move(pass.flush);
}

std::size_t CounterDelta::entries() const { return impl_->entries.size(); }

}  // namespace unjam
