#include "drivers/sqlite_db.h"
#include "store/name_numbers.h"
#include "store/parts.h"
#include "store/period.h"
#include "store/range_plan.h"
#include "store/sample_choice.h"
#include "store/sample_codec.h"
#include "store/schema.h"
#include "store/scope_segments.h"
#include "store/segment_table.h"
#include "store/stored_names.h"
#include "unjam/base/error.h"
#include "unjam/store/store.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

TimeRange period_of(const StoredSegment& segment) {
  return {time_of(segment.begin), time_of(segment.begin + length(segment.level))};
}

class SqliteReader : public StoreReader {
 public:
  explicit SqliteReader(const std::filesystem::path& path)
      : db_(path, SqliteDb::Mode::Read), segments_(db_), found_(db_, segments_) {
    open_schema_for_reading(db_);
  }

  std::vector<Coverage> coverage(const TimeRange& range) const override {
    const Snapshot snapshot(db_);
    std::vector<Coverage> all;
    const TargetNames names(db_);
    for (const Source source : {Source::Log, Source::Counters}) {
      std::map<std::int64_t, Coverage> found;
      for (const StoredSegment& segment :
           segments({range, {}, source}, Level::Week, Detail::Load)) {
        const auto [place, fresh] = found.try_emplace(
            segment.target, Coverage{names.of(segment.target), source, time_of(segment.first),
                                     time_of(segment.last)});
        Coverage& coverage = place->second;
        coverage.first = std::min(coverage.first, time_of(segment.first));
        coverage.last = std::max(coverage.last, time_of(segment.last));
        coverage.calls += segment.calls;
        coverage.query_time += segment.query_time;
      }
      for (auto& [target, coverage] : found) {
        all.push_back(std::move(coverage));
      }
    }
    std::sort(all.begin(), all.end(), [](const Coverage& a, const Coverage& b) {
      return std::pair(a.target, a.source) < std::pair(b.target, b.source);
    });
    return all;
  }

  std::vector<ClassTotal> totals(const StoreScope& scope, Detail detail) const override {
    const Snapshot snapshot(db_);
    return detail == Detail::Load ? load_totals(scope) : full_totals(scope, detail);
  }

  std::vector<ClassTotal> totals(const StoreScope& scope, Detail detail,
                                 std::span<const FingerprintId> classes) const override {
    const Snapshot snapshot(db_);
    std::unordered_map<FingerprintId, Counts> sums;
    const WantedClasses wanted(db_, classes);
    for (const StoredSegment& segment : segments(scope, Level::Week, detail)) {
      wanted.for_each(segments_, segment, detail,
                      [&](FingerprintId id, const Counts& counts) { sums[id].merge(counts); });
    }
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
    const Snapshot snapshot(db_);
    const Parts parts(scope.range, slices);
    std::unordered_map<FingerprintId, std::vector<HistoryPoint>> points;
    for (const FingerprintId id : classes) {
      points[id] = parts.points();
    }
    const WantedClasses wanted(db_, classes);
    for (const StoredSegment& segment :
         segments(scope, coarsest_within(scope.range, slices), detail)) {
      wanted.for_each(segments_, segment, detail, [&](FingerprintId id, const Counts& counts) {
        parts.add(points[id], period_of(segment), counts, detail == Detail::Full);
      });
    }
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
    const Snapshot snapshot(db_);
    const Parts parts(scope.range, slices);
    std::map<std::pair<EpochMinute, EpochMinute>, Counts> periods;
    for (const StoredSegment& segment :
         segments(scope, coarsest_within(scope.range, slices), Detail::Load)) {
      Counts& counts = periods[{segment.begin, length(segment.level)}];
      counts.calls += segment.calls;
      counts.query_time += segment.query_time;
    }
    std::vector<HistoryPoint> points = parts.points();
    for (const auto& [period, counts] : periods) {
      parts.add(points, {time_of(period.first), time_of(period.first + period.second)}, counts,
                false);
    }
    return points;
  }

  std::vector<AttributeTotal> attributes(const StoreScope& scope, std::string_view key,
                                         std::optional<FingerprintId> id) const override {
    const Snapshot snapshot(db_);
    std::unordered_map<AttributeNumber, std::string> values;
    {
      SqliteQuery query = db_.query("SELECT no, value FROM attribute WHERE key = ?");
      query.bind_blob(key);
      while (query.step()) {
        values.emplace(static_cast<AttributeNumber>(query.integer(0)), query.bytes(1));
      }
    }
    if (id) {
      std::vector<AttributeTotal> all;
      for (const auto& [attribute, sum] : class_uses(scope, *id)) {
        if (const auto value = values.find(attribute); value != values.end()) {
          all.push_back({value->second, *id, sum.calls, sum.query_time});
        }
      }
      return all;
    }
    std::map<std::pair<AttributeNumber, ClassNumber>, AttributeUse> sums;
    for (const StoredSegment& segment : segments(scope, kCoarsestWithAttributes, Detail::Load)) {
      for (const SegmentRow& row : segments_.read(segment, {false, false, true, nullptr})) {
        for (const AttributeUse& use : row.attributes) {
          if (values.count(use.attribute) > 0) {
            AttributeUse& sum = sums[{use.attribute, row.class_number}];
            sum.calls += use.calls;
            sum.query_time += use.query_time;
          }
        }
      }
    }
    const ClassIds ids(db_);
    std::vector<AttributeTotal> all;
    all.reserve(sums.size());
    for (const auto& [place, sum] : sums) {
      all.push_back({values[place.first], ids.of(place.second), sum.calls, sum.query_time});
    }
    return all;
  }

  std::vector<std::string> attribute_keys(const StoreScope& scope,
                                          FingerprintId id) const override {
    const Snapshot snapshot(db_);
    std::set<std::string> keys;
    for (const auto& [number, sum] : class_uses(scope, id)) {
      SqliteQuery query = db_.query("SELECT key FROM attribute WHERE no = ?");
      if (query.bind(number).step()) {
        keys.emplace(query.bytes(0));
      }
    }
    return {keys.begin(), keys.end()};
  }

  std::vector<TargetTotal> per_target(const StoreScope& scope, Detail detail,
                                      std::optional<FingerprintId> id) const override {
    const Snapshot snapshot(db_);
    const TargetNames names(db_);
    std::map<std::string, Counts> sums;
    if (id) {
      const WantedClasses wanted(db_, {&*id, 1});
      for (const StoredSegment& segment : segments(scope, Level::Week, detail)) {
        wanted.for_each(segments_, segment, detail, [&](FingerprintId, const Counts& counts) {
          sums[names.of(segment.target)].merge(counts);
        });
      }
    } else {
      for (const StoredSegment& segment : segments(scope, Level::Week, detail)) {
        Counts& sum = sums[names.of(segment.target)];
        if (detail == Detail::Load) {
          sum.calls += segment.calls;
          sum.query_time += segment.query_time;
          continue;
        }
        for (const SegmentRow& row : segments_.read(segment, parts_of(detail))) {
          sum.merge(row.counts);
        }
      }
    }
    std::vector<TargetTotal> all;
    all.reserve(sums.size());
    for (auto& [target, counts] : sums) {
      all.push_back({target, std::move(counts)});
    }
    return all;
  }

  std::optional<ClassText> text(FingerprintId id) const override {
    SqliteQuery query = db_.query(
        "SELECT dialect, text FROM class JOIN class_text ON class = no WHERE fingerprint = ?");
    if (!query.bind(stored_id(id)).step()) {
      return std::nullopt;
    }
    return ClassText{id, std::string(query.bytes(1)), static_cast<Dialect>(query.integer(0))};
  }

  std::vector<FingerprintId> find(std::string_view hex_prefix, std::size_t limit) const override {
    std::string digits(hex_prefix);
    std::uint64_t value = 0;
    constexpr std::size_t kDigits = 16;
    if (digits.empty() || digits.size() > kDigits) {
      return {};
    }
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return {};
    }
    const auto unknown_bits = static_cast<unsigned>(4 * (kDigits - digits.size()));
    const std::uint64_t rest = (std::uint64_t{1} << unknown_bits) - 1;
    const FingerprintId first{value << unknown_bits};
    SqliteQuery query = db_.query(
        "SELECT fingerprint FROM class WHERE fingerprint BETWEEN ? AND ? ORDER BY fingerprint "
        "LIMIT ?");
    query.bind(stored_id(first))
        .bind(stored_id({first.value | rest}))
        .bind(static_cast<std::int64_t>(std::min<std::size_t>(limit, INT32_MAX)));
    std::vector<FingerprintId> found;
    while (query.step()) {
      found.push_back(id_of_stored(query.integer(0)));
    }
    return found;
  }

  std::optional<TimePoint> first_seen(FingerprintId id) const override {
    SqliteQuery query = db_.query("SELECT first_seen FROM class WHERE fingerprint = ?");
    if (!query.bind(stored_id(id)).step() || query.is_null(0)) {
      return std::nullopt;
    }
    return time_of(bounded(query.integer(0)));
  }

  std::vector<ClassSample> samples(FingerprintId id, std::string_view target) const override {
    std::vector<ClassSample> all;
    SqliteQuery query = db_.query(
        "SELECT target.name, body FROM sample JOIN class ON class.no = class JOIN target ON "
        "target.no = target WHERE fingerprint = ?1 AND (?2 = '' OR target.name = ?2)");
    query.bind(stored_id(id)).bind_text(target);
    while (query.step()) {
      for (ClassSample& sample : decode_samples(query.bytes(1))) {
        sample.id = id;
        sample.target = query.bytes(0);
        all.push_back(std::move(sample));
      }
    }
    const std::size_t size = all.size();
    return choose_samples(std::move(all), size);
  }

  std::vector<ErrorTotal> errors(const StoreScope& scope,
                                 std::optional<FingerprintId> id) const override {
    const Snapshot snapshot(db_);
    const TimeRange range = widen(scope.range, std::chrono::minutes(1));
    SqliteQuery query = db_.query(
        "SELECT target.name, code, severity, message, coalesce(fingerprint, ?4), sum(count), "
        "min(first), max(last) FROM error JOIN error_kind ON error_kind.no = kind JOIN target ON "
        "target.no = target LEFT JOIN class ON class.no = class WHERE level IN (0, 1, 2) AND "
        "begin < ?2 AND begin > ?1 - 1440 AND begin + CASE level WHEN 0 THEN 1 WHEN 1 THEN 60 "
        "ELSE 1440 END > ?1 AND source = ?3 AND (?5 IS NULL OR fingerprint = ?5) GROUP BY target, "
        "kind");
    query.bind(minute_of(range.begin))
        .bind(minute_of(range.end))
        .bind(static_cast<int>(scope.source))
        .bind(stored_id({0}));
    id ? query.bind(stored_id(*id)) : query.bind_null();
    std::vector<ErrorTotal> all;
    while (query.step()) {
      std::string target(query.bytes(0));
      if (!scope.targets.empty() &&
          std::find(scope.targets.begin(), scope.targets.end(), target) == scope.targets.end()) {
        continue;
      }
      ErrorTotal total;
      total.target = std::move(target);
      total.code = query.bytes(1);
      total.severity = query.bytes(2);
      total.message = query.bytes(3);
      total.id = id_of_stored(query.integer(4));
      total.count = static_cast<std::uint64_t>(query.integer(5));
      total.first = time_of(bounded(query.integer(6)));
      total.last = time_of(bounded(query.integer(7)));
      all.push_back(std::move(total));
    }
    return all;
  }

 private:
  /// What a call reads is of one moment.
  class Snapshot {
   public:
    explicit Snapshot(SqliteDb& db) : transaction_(db, SqliteTransaction::Kind::Read) {}

   private:
    SqliteTransaction transaction_;
  };

  std::vector<StoredSegment> segments(const StoreScope& scope, Level coarsest,
                                      Detail detail) const {
    return found_.find(scope, coarsest, detail);
  }

  std::vector<ClassTotal> load_totals(const StoreScope& scope) const {
    const ClassIds ids(db_);
    struct Sum {
      std::uint64_t calls = 0;
      std::uint64_t query_time_us = 0;
      bool seen = false;
    };
    std::vector<Sum> sums(ids.size());
    for (const StoredSegment& segment : segments(scope, Level::Week, Detail::Load)) {
      segments_.read_load(segment, [&](const LoadColumn& load) {
        if (load.rows() > 0 && load.highest_class() >= sums.size()) {
          throw_damaged("number of a class");
        }
        // No number is above the highest, so the loop need not look.
        Sum* const first = sums.data();
        load.for_each([first](ClassNumber number, std::uint64_t calls, std::uint64_t time) {
          Sum& sum = first[number];
          sum.calls += calls;
          sum.query_time_us += time;
          sum.seen = true;
        });
      });
    }
    std::vector<ClassTotal> all;
    all.reserve(static_cast<std::size_t>(
        std::count_if(sums.begin(), sums.end(), [](const Sum& sum) { return sum.seen; })));
    for (std::size_t number = 0; number < sums.size(); ++number) {
      if (sums[number].seen) {
        ClassTotal& total = all.emplace_back();
        total.id = ids.of(static_cast<ClassNumber>(number));
        total.counts.calls = sums[number].calls;
        total.counts.query_time = Duration(static_cast<std::int64_t>(
            std::min<std::uint64_t>(sums[number].query_time_us, INT64_MAX)));
      }
    }
    return all;
  }

  std::vector<ClassTotal> full_totals(const StoreScope& scope, Detail detail) const {
    const ClassIds ids(db_);
    SegmentSum sum;
    for (const StoredSegment& segment : segments(scope, Level::Week, detail)) {
      sum.add(segments_.read(segment, parts_of(detail)));
    }
    std::vector<ClassTotal> all;
    for (SegmentRow& row : sum.take()) {
      all.push_back({ids.of(row.class_number), std::move(row.counts)});
    }
    return all;
  }

  using Uses = std::map<AttributeNumber, AttributeUse>;

  /// Remembered until the next class or scope, or until somebody writes: who asks for the keys asks
  /// for each of them next.
  const Uses& class_uses(const StoreScope& scope, FingerprintId id) const {
    const std::int64_t version = db_.value("PRAGMA data_version");
    if (known_uses_ && known_uses_->version == version && known_uses_->id == id &&
        known_uses_->scope.range.begin == scope.range.begin &&
        known_uses_->scope.range.end == scope.range.end &&
        known_uses_->scope.targets == scope.targets && known_uses_->scope.source == scope.source) {
      return known_uses_->uses;
    }
    known_uses_.reset();
    Uses uses;
    SqliteQuery query = db_.query("SELECT no FROM class WHERE fingerprint = ?");
    if (query.bind(stored_id(id)).step()) {
      const std::vector<ClassNumber> wanted = {static_cast<ClassNumber>(query.integer(0))};
      for (const StoredSegment& segment : segments(scope, kCoarsestWithAttributes, Detail::Load)) {
        for (const SegmentRow& row : segments_.read(segment, {false, false, true, &wanted})) {
          for (const AttributeUse& use : row.attributes) {
            AttributeUse& sum = uses[use.attribute];
            sum.calls += use.calls;
            sum.query_time += use.query_time;
          }
        }
      }
    }
    return known_uses_.emplace(KnownUses{version, scope, id, std::move(uses)}).uses;
  }

  struct KnownUses {
    std::int64_t version;
    StoreScope scope;
    FingerprintId id;
    Uses uses;
  };

  mutable SqliteDb db_;
  SegmentTable segments_;
  mutable ScopeSegments found_;
  mutable std::optional<KnownUses> known_uses_;
};

}  // namespace

std::unique_ptr<StoreReader> open_store_reader(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) {
    throw Error(ErrorKind::Unreachable,
                fmt::format("store {}: it does not exist; start `unjam serve`, which makes it, or "
                            "name another with --config",
                            path.string()));
  }
  return std::make_unique<SqliteReader>(path);
}

}  // namespace unjam
