// The history of all targets. One writer; readers are independent of it and of each other, also in
// other processes.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/model/flush.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

struct StoreOptions {
  std::filesystem::path path;  ///< The database file; its folder must exist and be writable.
  std::uint64_t max_bytes = std::uint64_t{2} << 30;
  Duration keep_minutes = std::chrono::days(2);
  Duration keep_hours = std::chrono::days(35);
  Duration keep_days = std::chrono::days(400);
  std::size_t samples_per_class = 10;
};

/// What maintain() did, for the service's log.
struct Maintenance {
  std::uint64_t rolled_up = 0;          ///< Slices merged into coarser ones.
  std::uint64_t expired = 0;            ///< Slices past their retention, removed.
  std::uint64_t dropped_for_space = 0;  ///< Slices removed early because the file was full.
  std::optional<TimePoint>
      detail_from;    ///< When dropped_for_space > 0: minutes exist from here on.
  bool more = false;  ///< Call again soon.
};

/// Not thread-safe. Throws Error: Unreachable when writing fails for a reason that may pass (disk
/// full, locked): nothing of that call is stored then, and the same call may be tried again;
/// Corrupt when the file is damaged.
class StoreWriter {
 public:
  virtual ~StoreWriter() = default;

  /// Stores all of `flushes` in one transaction. A Flush whose sequence is not above
  /// last_sequence() of its collector is ignored.
  virtual void apply(std::span<const Flush> flushes) = 0;

  virtual std::uint64_t last_sequence(std::string_view collector) const = 0;
  virtual std::vector<Checkpoint> checkpoints(std::string_view collector) const = 0;

  /// Rolls up, expires, and keeps the file within its bound; works for a fraction of a second at
  /// most.
  virtual Maintenance maintain(TimePoint now) = 0;
};

/// Opens or makes the store. Migrates an older schema. Throws Error: Usage when the schema is newer
/// than this unjam, Denied, Unreachable, Corrupt (with what to do).
std::unique_ptr<StoreWriter> open_store_writer(const StoreOptions& options);

/// Whose numbers: all targets when `targets` is empty; in each, those of `source`.
struct StoreScope {
  TimeRange range;
  std::vector<std::string> targets;
  Source source = Source::Log;
};

/// Which numbers to fetch: the fewer, the faster.
enum class Detail : std::uint8_t {
  Load,  ///< Calls and query time.
  Sums,  ///< All sums of Counts.
  Full,  ///< The histogram too.
};

struct ClassTotal {
  FingerprintId id;
  Counts counts;
};

/// What was seen of one target by one source.
struct Coverage {
  std::string target;
  Source source = Source::Log;
  TimePoint first;  ///< First and last minute with numbers within the range asked for.
  TimePoint last;
  std::uint64_t calls = 0;
  Duration query_time{0};
};

struct HistoryPoint {
  TimePoint begin;
  Counts counts;
};

struct AttributeTotal {
  std::string value;
  FingerprintId id;
  std::uint64_t calls = 0;
  Duration query_time{0};
};

struct TargetTotal {
  std::string target;
  Counts counts;
};

struct ErrorTotal {
  std::string target;
  std::string code;
  std::string severity;
  std::string message;
  FingerprintId id;
  std::uint64_t count = 0;
  TimePoint first;  ///< Minutes.
  TimePoint last;
};

/// A consistent view is taken per call. Ranges are widened to whole minutes, and further back to
/// whole hours and days where only these are kept. Not thread-safe.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  virtual std::vector<Coverage> coverage(const TimeRange& range) const = 0;

  /// Sums per class over the scope, in no order.
  virtual std::vector<ClassTotal> totals(const StoreScope& scope, Detail detail) const = 0;
  /// The same for some classes only; each appears, in the order asked for.
  virtual std::vector<ClassTotal> totals(const StoreScope& scope, Detail detail,
                                         std::span<const FingerprintId> classes) const = 0;

  /// Per class of `classes`, the scope in `slices` equal parts (calls and query time only, unless
  /// `detail` says more).
  virtual std::vector<std::vector<HistoryPoint>> history(const StoreScope& scope, Detail detail,
                                                         std::span<const FingerprintId> classes,
                                                         std::size_t slices) const = 0;
  /// All classes together.
  virtual std::vector<HistoryPoint> history(const StoreScope& scope, std::size_t slices) const = 0;

  /// Sums per value of attribute `key` ("user", "tag:job") and class; of one class when `id` is
  /// given.
  virtual std::vector<AttributeTotal> attributes(const StoreScope& scope, std::string_view key,
                                                 std::optional<FingerprintId> id = {}) const = 0;
  /// Keys of attributes that a class has in the scope.
  virtual std::vector<std::string> attribute_keys(const StoreScope& scope,
                                                  FingerprintId id) const = 0;

  /// A class's sums per target.
  virtual std::vector<TargetTotal> per_target(const StoreScope& scope, Detail detail,
                                              std::optional<FingerprintId> id = {}) const = 0;

  virtual std::optional<ClassText> text(FingerprintId id) const = 0;
  /// Ids that begin with these hex digits (1 to 16), at most `limit`.
  virtual std::vector<FingerprintId> find(std::string_view hex_prefix, std::size_t limit) const = 0;
  /// First minute the class was ever seen in, on any target.
  virtual std::optional<TimePoint> first_seen(FingerprintId id) const = 0;

  /// Slowest first, then newest, then a random few; empty `target`: all.
  virtual std::vector<ClassSample> samples(FingerprintId id,
                                           std::string_view target = {}) const = 0;
  virtual std::vector<ErrorTotal> errors(const StoreScope& scope,
                                         std::optional<FingerprintId> id = {}) const = 0;
};

/// Throws Error: Unreachable when there is no store (the service has not run), Usage when its
/// schema is newer or older than this unjam's, Denied, Corrupt.
std::unique_ptr<StoreReader> open_store_reader(const std::filesystem::path& path);

}  // namespace unjam
