#include "unjam/store/memory_store.h"

#include "store/parts.h"
#include "store/sample_choice.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace unjam {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

/// What `detail` asks for.
Counts reduce(const Counts& counts, Detail detail) {
  Counts reduced;
  switch (detail) {
    case Detail::Load:
      reduced.calls = counts.calls;
      reduced.query_time = counts.query_time;
      return reduced;
    case Detail::Sums:
      reduced = counts;
      reduced.histogram = Histogram();
      return reduced;
    case Detail::Full:
      return counts;
  }
  return reduced;
}

class Maps : public MemoryStore {
 public:
  void apply(std::span<const Flush> flushes) override {
    for (const Flush& flush : flushes) {
      std::uint64_t& last = sequences_[flush.collector];
      if (flush.sequence > last) {
        last = flush.sequence;
        apply(flush);
      }
    }
  }

  std::uint64_t last_sequence(std::string_view collector) const override {
    const auto found = sequences_.find(collector);
    return found == sequences_.end() ? 0 : found->second;
  }

  std::vector<Checkpoint> checkpoints(std::string_view collector) const override {
    std::vector<Checkpoint> all;
    if (const auto found = checkpoints_.find(collector); found != checkpoints_.end()) {
      for (const auto& [key, state] : found->second) {
        all.push_back({key, state});
      }
    }
    return all;
  }

  Maintenance maintain(TimePoint) override { return {}; }

  std::vector<Coverage> coverage(const TimeRange& range) const override {
    const TimeRange minutes = widen(range, kMinute);
    std::map<std::pair<std::string, Source>, Coverage> found;
    for (const Slice& slice : slices_) {
      if (slice.minute < minutes.begin || slice.minute >= minutes.end) {
        continue;
      }
      const auto [place, fresh] =
          found.try_emplace({slice.target, slice.source},
                            Coverage{slice.target, slice.source, slice.minute, slice.minute});
      Coverage& coverage = place->second;
      coverage.first = std::min(coverage.first, slice.minute);
      coverage.last = std::max(coverage.last, slice.minute);
      for (const ClassDelta& delta : slice.classes) {
        coverage.calls += delta.counts.calls;
        coverage.query_time += delta.counts.query_time;
      }
    }
    std::vector<Coverage> all;
    all.reserve(found.size());
    for (auto& [key, coverage] : found) {
      all.push_back(std::move(coverage));
    }
    return all;
  }

  std::vector<ClassTotal> totals(const StoreScope& scope, Detail detail) const override {
    std::unordered_map<FingerprintId, Counts> sums;
    for_each(scope, [&](const Slice&, const ClassDelta& delta) {
      sums[delta.id].merge(reduce(delta.counts, detail));
    });
    std::vector<ClassTotal> all;
    all.reserve(sums.size());
    for (auto& [id, counts] : sums) {
      all.push_back({id, std::move(counts)});
    }
    return all;
  }

  std::vector<ClassTotal> totals(const StoreScope& scope, Detail detail,
                                 std::span<const FingerprintId> classes) const override {
    std::unordered_map<FingerprintId, Counts> sums;
    for (const FingerprintId id : classes) {
      sums[id];
    }
    for_each(scope, [&](const Slice&, const ClassDelta& delta) {
      if (const auto found = sums.find(delta.id); found != sums.end()) {
        found->second.merge(reduce(delta.counts, detail));
      }
    });
    std::vector<ClassTotal> all;
    for (const FingerprintId id : classes) {
      all.push_back({id, sums[id]});
    }
    return all;
  }

  std::vector<std::vector<HistoryPoint>> history(const StoreScope& scope, Detail detail,
                                                 std::span<const FingerprintId> classes,
                                                 std::size_t slices) const override {
    if (slices == 0 || scope.range.begin >= scope.range.end) {
      return std::vector<std::vector<HistoryPoint>>(classes.size());
    }
    const Parts parts(scope.range, slices);
    std::unordered_map<FingerprintId, std::vector<HistoryPoint>> points;
    for (const FingerprintId id : classes) {
      points[id] = parts.points();
    }
    for_each(scope, [&](const Slice& slice, const ClassDelta& delta) {
      if (const auto found = points.find(delta.id); found != points.end()) {
        parts.add(found->second, {slice.minute, slice.minute + kMinute},
                  reduce(delta.counts, detail), detail == Detail::Full);
      }
    });
    std::vector<std::vector<HistoryPoint>> all;
    for (const FingerprintId id : classes) {
      all.push_back(points[id]);
    }
    return all;
  }

  std::vector<HistoryPoint> history(const StoreScope& scope, std::size_t slices) const override {
    if (slices == 0 || scope.range.begin >= scope.range.end) {
      return {};
    }
    const Parts parts(scope.range, slices);
    std::map<TimePoint, Counts> minutes;
    for_each(scope, [&](const Slice& slice, const ClassDelta& delta) {
      minutes[slice.minute].merge(reduce(delta.counts, Detail::Load));
    });
    std::vector<HistoryPoint> points = parts.points();
    for (const auto& [minute, counts] : minutes) {
      parts.add(points, {minute, minute + kMinute}, counts, false);
    }
    return points;
  }

  std::vector<AttributeTotal> attributes(const StoreScope& scope, std::string_view key,
                                         std::optional<FingerprintId> id) const override {
    std::map<std::pair<std::string, FingerprintId>, AttributeTotal> sums;
    for_each(scope, [&](const Slice&, const ClassDelta& delta) {
      if (id && delta.id != *id) {
        return;
      }
      for (const AttributeCount& count : delta.attributes) {
        if (count.attribute.key == key) {
          const std::string& value = count.attribute.value;
          AttributeTotal& total =
              sums.try_emplace({value, delta.id}, AttributeTotal{value, delta.id}).first->second;
          total.calls += count.calls;
          total.query_time += count.query_time;
        }
      }
    });
    std::vector<AttributeTotal> all;
    all.reserve(sums.size());
    for (auto& [place, total] : sums) {
      all.push_back(std::move(total));
    }
    return all;
  }

  std::vector<std::string> attribute_keys(const StoreScope& scope,
                                          FingerprintId id) const override {
    std::set<std::string> keys;
    for_each(scope, [&](const Slice&, const ClassDelta& delta) {
      if (delta.id == id) {
        for (const AttributeCount& count : delta.attributes) {
          keys.insert(count.attribute.key);
        }
      }
    });
    return {keys.begin(), keys.end()};
  }

  std::vector<TargetTotal> per_target(const StoreScope& scope, Detail detail,
                                      std::optional<FingerprintId> id) const override {
    std::map<std::string, Counts> sums;
    for_each(scope, [&](const Slice& slice, const ClassDelta& delta) {
      if (!id || delta.id == *id) {
        sums[slice.target].merge(reduce(delta.counts, detail));
      }
    });
    std::vector<TargetTotal> all;
    all.reserve(sums.size());
    for (auto& [target, counts] : sums) {
      all.push_back({target, std::move(counts)});
    }
    return all;
  }

  std::optional<ClassText> text(FingerprintId id) const override {
    const auto found = texts_.find(id);
    return found == texts_.end() ? std::nullopt : std::optional(found->second);
  }

  std::vector<FingerprintId> find(std::string_view hex_prefix, std::size_t limit) const override {
    std::vector<FingerprintId> found;
    for (const auto& [id, minute] : first_seen_) {
      if (found.size() < limit && id.hex().compare(0, hex_prefix.size(), hex_prefix) == 0) {
        found.push_back(id);
      }
    }
    return found;
  }

  std::optional<TimePoint> first_seen(FingerprintId id) const override {
    const auto found = first_seen_.find(id);
    return found == first_seen_.end() ? std::nullopt : found->second;
  }

  std::vector<ClassSample> samples(FingerprintId id, std::string_view target) const override {
    std::vector<ClassSample> all;
    for (const auto& [key, samples] : samples_) {
      if (key.first == id && (target.empty() || key.second == target)) {
        all.insert(all.end(), samples.begin(), samples.end());
      }
    }
    const std::size_t size = all.size();
    return choose_samples(std::move(all), size);
  }

  std::vector<ErrorTotal> errors(const StoreScope& scope,
                                 std::optional<FingerprintId> id) const override {
    const TimeRange minutes = widen(scope.range, kMinute);
    std::map<std::tuple<std::string, std::string, std::string, std::string, FingerprintId>,
             ErrorTotal>
        sums;
    for (const ErrorDelta& error : errors_) {
      if (error.source != scope.source || error.minute < minutes.begin ||
          error.minute >= minutes.end || !has(scope, error.target) || (id && error.id != *id)) {
        continue;
      }
      ErrorTotal& total =
          sums.try_emplace({error.target, error.code, error.severity, error.message, error.id},
                           ErrorTotal{error.target, error.code, error.severity, error.message,
                                      error.id, 0, error.minute, error.minute})
              .first->second;
      total.count += error.count;
      total.first = std::min(total.first, error.minute);
      total.last = std::max(total.last, error.minute);
    }
    std::vector<ErrorTotal> all;
    all.reserve(sums.size());
    for (auto& [key, total] : sums) {
      all.push_back(std::move(total));
    }
    return all;
  }

 private:
  void apply(const Flush& flush) {
    for (const Slice& slice : flush.slices) {
      slices_.push_back(slice);
      for (const ClassDelta& delta : slice.classes) {
        std::optional<TimePoint>& first = first_seen_[delta.id];
        first = std::min(first.value_or(slice.minute), slice.minute);
      }
    }
    for (const ClassText& text : flush.texts) {
      texts_.try_emplace(text.id, text);
      first_seen_[text.id];
    }
    for (const ClassSample& sample : flush.samples) {
      std::vector<ClassSample>& chosen = samples_[{sample.id, sample.target}];
      chosen.push_back(sample);
      chosen = choose_samples(std::move(chosen), StoreOptions().samples_per_class);
    }
    errors_.insert(errors_.end(), flush.errors.begin(), flush.errors.end());
    for (const Checkpoint& checkpoint : flush.checkpoints) {
      if (checkpoint.state.empty()) {
        checkpoints_[flush.collector].erase(checkpoint.key);
      } else {
        checkpoints_[flush.collector][checkpoint.key] = checkpoint.state;
      }
    }
  }

  static bool has(const StoreScope& scope, const std::string& target) {
    return scope.targets.empty() ||
           std::find(scope.targets.begin(), scope.targets.end(), target) != scope.targets.end();
  }

  template <typename F>
  void for_each(const StoreScope& scope, F f) const {
    const TimeRange minutes = widen(scope.range, kMinute);
    for (const Slice& slice : slices_) {
      if (slice.source == scope.source && slice.minute >= minutes.begin &&
          slice.minute < minutes.end && has(scope, slice.target)) {
        for (const ClassDelta& delta : slice.classes) {
          f(slice, delta);
        }
      }
    }
  }

  std::vector<Slice> slices_;
  std::vector<ErrorDelta> errors_;
  std::map<std::string, std::uint64_t, std::less<>> sequences_;
  std::map<std::string, std::map<std::string, std::string>, std::less<>> checkpoints_;
  std::map<FingerprintId, ClassText> texts_;
  std::map<FingerprintId, std::optional<TimePoint>> first_seen_;
  std::map<std::pair<FingerprintId, std::string>, std::vector<ClassSample>> samples_;
};

}  // namespace

std::unique_ptr<MemoryStore> make_memory_store() { return std::make_unique<Maps>(); }

}  // namespace unjam
