// Snapshots of a server's statistics, and a stand-in for the store that adds flushes up.
#pragma once

#include "support/default_fingerprints.h"
#include "unjam/aggregate/counter_delta.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {

inline const TimePoint kStart = *parse_time("2024-05-01T10:00:00Z");

/// One row, with what a test does not care about filled in.
inline CounterRow row(const std::string& key, std::uint64_t calls, Duration time,
                      std::optional<TimePoint> since = {}, const std::string& text = {}) {
  CounterRow made;
  made.key = key;
  made.text = text;
  made.counts.calls = calls;
  made.counts.query_time = time;
  made.counts.query_time_max = calls == 0 ? Duration(0) : time;
  made.since = since;
  return made;
}

inline CounterSnapshot snapshot(TimePoint at, std::vector<CounterRow> rows) {
  CounterSnapshot made;
  made.at = at;
  made.rows = std::move(rows);
  return made;
}

inline const Normalizer& normalizer() { return default_fingerprints().normalizer(); }

inline FingerprintId id_of(std::string_view sql, Dialect dialect = Dialect::MySql) {
  return normalizer().fingerprint(dialect, sql).id;
}

/// What a store does with flushes.
struct Sums {
  std::map<FingerprintId, Counts> classes;
  std::map<FingerprintId, std::string> texts;
  std::map<std::string, std::uint64_t> errors;
  std::map<std::string, std::string> checkpoints;

  void apply(const Flush& flush) {
    for (const Slice& slice : flush.slices) {
      for (const ClassDelta& delta : slice.classes) {
        EXPECT_TRUE(texts.contains(delta.id) || sent_now(flush, delta.id)) << "numbers before text";
        classes[delta.id].merge(delta.counts);
      }
    }
    for (const ClassText& text : flush.texts) {
      EXPECT_EQ(fingerprint_id(text.text), text.id);
      texts.emplace(text.id, text.text);
    }
    for (const ErrorDelta& error : flush.errors) {
      errors[error.code] += error.count;
    }
    for (const Checkpoint& checkpoint : flush.checkpoints) {
      if (checkpoint.state.empty()) {
        checkpoints.erase(checkpoint.key);
      } else {
        checkpoints[checkpoint.key] = checkpoint.state;
      }
    }
  }
  static bool sent_now(const Flush& flush, FingerprintId id) {
    return std::any_of(flush.texts.begin(), flush.texts.end(),
                       [&](const ClassText& text) { return text.id == id; });
  }
  std::vector<Checkpoint> stored() const {
    std::vector<Checkpoint> all;
    for (const auto& [key, state] : checkpoints) {
      all.push_back({key, state});
    }
    return all;
  }
  Counts of(FingerprintId id) const {
    const auto found = classes.find(id);
    return found == classes.end() ? Counts() : found->second;
  }
};

inline CounterDelta delta(const Sums& sums = {}, bool mask = true) {
  return {CounterDelta::Options{"shop", mask}, normalizer(), sums.stored()};
}

}  // namespace unjam
