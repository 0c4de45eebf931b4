// What `unjam analyze` or `unjam top` found, as plain values: built once by pure code, rendered
// many ways. Texts are data from servers, as they were read: the renderers neutralise them for
// their medium.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

struct ReportInput {
  std::string path;
  std::string format;  ///< "mysql-slow", ...; empty when the input was empty.
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> skipped;
  std::map<std::string, std::string> skipped_samples;
  std::optional<TimePoint> first;
  std::optional<TimePoint> last;
};

/// An optional that is absent means that no input of this kind tells it.
struct ReportTotals {
  std::uint64_t events = 0;
  Duration event_time{0};
  std::uint64_t statements = 0;
  Duration query_time{0};
  std::optional<Duration> lock_time;
  std::optional<std::uint64_t> fingerprints;  ///< Not known where rows are users, hosts, ...
  std::uint64_t admin = 0;
  std::uint64_t throttled = 0;
  std::uint64_t errors = 0;
  std::uint64_t lock_waits = 0;
  std::uint64_t deadlocks = 0;
  std::uint64_t temporary_files = 0;
  /// Above 1: the server logged one execution in so many; nothing here is scaled by it.
  std::uint64_t rate_limit = 1;
};

/// Query time per equal slice of the report's window.
struct Trend {
  TimePoint begin;
  Duration slice{0};
  std::vector<double> query_time_s;
};

struct QuerySample {
  std::string sql;  ///< Masked already, unless the user asked for literals.
  bool masked = true;
  std::optional<Duration> query_time;
  std::optional<TimePoint> at;
  std::string parameters;  ///< Only when literals were asked for.
};

struct LintFinding {
  std::string rule;
  std::string severity;
  std::string title;  ///< In the report's language.
  std::string why;
  std::string instead;
};

/// How a row's load compares with the period before; rank/comparison.h has the thresholds.
enum class Verdict : std::uint8_t {
  New,  ///< A query class that was never seen before.
  Worse,
  Better,
  Same,
};

/// "new", "worse", "better", "same".
constexpr std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::New:
      return "new";
    case Verdict::Worse:
      return "worse";
    case Verdict::Better:
      return "better";
    case Verdict::Same:
      return "same";
  }
  return "";
}

/// A row now and in the period before, on the targets that have numbers of both periods.
struct ReportComparison {
  std::uint64_t calls_before = 0;
  Duration query_time_before{0};
  std::uint64_t calls = 0;
  Duration query_time{0};
  Verdict verdict = Verdict::Same;
};

/// One row of the ranking: a query class, or a group of classes (user, database, ...).
struct ReportQuery {
  FingerprintId id;
  std::string text;  ///< Fingerprint, or the group's name.
  std::optional<Dialect> dialect;
  std::optional<std::uint64_t> fingerprints = 1;  ///< Classes in this group.
  std::uint64_t calls = 0;
  std::optional<double> share;  ///< Of the measure that ranks, in [0, 1]; absent if none adds up.
  bool timed = false;           ///< False: no execution told its time; query_time_* mean nothing.
  Duration query_time{0};
  double query_time_mean_s = 0.0;
  /// Absent: the source does not tell it.
  std::optional<Duration> query_time_min, query_time_max, p50, p95, p99;
  std::optional<double> query_time_stddev_s;
  std::optional<Duration> lock_time;
  std::optional<std::uint64_t> rows_examined, rows_sent, rows_affected, bytes_sent;
  std::optional<TimePoint> first_seen, last_seen;
  std::map<std::string, std::uint64_t> databases, users, hosts, errors;
  std::map<std::string, std::map<std::string, std::uint64_t>> tags;
  std::vector<std::string> tables;
  std::optional<QuerySample> sample;
  Trend trend;
  std::vector<LintFinding> lint;
  std::optional<ReportComparison> comparison;  ///< Absent: nothing sound to compare with.
};

struct ReportOther {
  std::uint64_t rows = 0;  ///< Classes or groups, as in the ranking.
  std::uint64_t calls = 0;
  Duration query_time{0};
};

struct ReportLockWait {
  std::optional<TimePoint> at;
  FingerprintId id;  ///< 0 when the statement is not known.
  std::string fingerprint;
  std::string mode, object, database, user;
  std::uint64_t pid = 0;
  std::vector<std::uint64_t> holders;
  Duration waited{0};
  bool acquired = false;
  std::uint64_t count =
      1;  ///< Equal waits (same class, mode and kind of object) merged into this one.
};

struct ReportDeadlock {
  std::optional<TimePoint> at;
  std::string database;
  struct Participant {
    std::uint64_t pid = 0, blocked_by = 0;
    FingerprintId id;
    std::string fingerprint, mode, object;
    bool victim = false;
  };
  std::vector<Participant> participants;
};

struct ReportError {
  std::string code;  ///< "1213", "40P01"; empty when unknown.
  std::string severity;
  std::string message;  ///< Literals masked, unless the user asked for them.
  FingerprintId id;     ///< 0 when the statement is not known.
  std::string fingerprint;
  std::uint64_t count = 0;
  std::optional<TimePoint> first_seen, last_seen;
};

struct ReportTemporaryFiles {
  FingerprintId id;
  std::string fingerprint;
  std::uint64_t count = 0, bytes = 0, max_bytes = 0;
};

/// What --fail-on found among all classes, shown or not.
struct LintVerdict {
  std::string severity;  ///< The least severe one that counts.
  std::uint64_t classes = 0;
  std::uint64_t not_shown = 0;  ///< Of these classes.
};

/// Why a target's numbers are from this source.
enum class SourceChoice : std::uint8_t {
  Only,      ///< It has no other.
  Complete,  ///< Counters: every execution, over all of the range.
  Longer,    ///< Log: the counters do not cover what it covers.
  Tells,     ///< Log: the counters do not tell what ranks or groups.
  Asked,     ///< The user wanted it.
};

/// Where one target's numbers are from.
struct ReportSource {
  std::string target;
  Source source = Source::Log;
  SourceChoice choice = SourceChoice::Only;
  TimePoint first;  ///< First and last minute with numbers.
  TimePoint last;
};

/// A query class that ran in the period before and no more.
struct ReportGone {
  FingerprintId id;
  std::string text;
  std::vector<std::string> tables;
  std::uint64_t calls = 0;
  Duration query_time{0};
};

/// The period before, of the same length; everything here is of the targets that have numbers of
/// both periods.
struct ReportPast {
  TimeRange range;
  std::uint64_t calls_before = 0;
  Duration query_time_before{0};
  std::uint64_t calls = 0;
  Duration query_time{0};
  std::vector<std::string> not_compared;  ///< Targets that have no numbers of then.
  std::vector<ReportGone> gone;           ///< The heaviest of them.
  std::uint64_t gone_classes = 0;         ///< All.
};

/// What a report from the store tells beyond one from logs.
struct ReportHistory {
  std::vector<ReportSource> sources;   ///< One per target with numbers, by name.
  std::vector<std::string> without;    ///< Targets asked for that have no numbers in the window.
  std::optional<TimeRange> available;  ///< When the window is empty: from when to when others are.
  std::optional<ReportPast> past;      ///< Absent: no target has numbers of the period before.
  std::optional<TimePoint> since;      ///< Of a server's own counters: when they began.
};

struct AnalysisReport {
  std::string version;
  std::string ranked_by;   ///< "time", "calls", "p95", ...
  std::string grouped_by;  ///< "fingerprint", "user", ...
  std::vector<ReportInput> inputs;
  ReportTotals totals;
  /// What loads, rates and trends refer to: the inputs' time span, cut to --since and --until.
  /// Absent: the whole span of the inputs.
  std::optional<TimeRange> window;
  Trend trend;
  std::vector<ReportQuery> queries;
  ReportOther other;
  /// Of all ranked rows, those whose log does not tell the measure that ranks; they come last.
  std::uint64_t unmeasured = 0;
  std::vector<ReportLockWait> lock_waits;
  std::vector<ReportDeadlock> deadlocks;
  std::vector<ReportError> errors;
  std::vector<ReportTemporaryFiles> temporary_files;
  std::optional<LintVerdict> verdict;    ///< Absent when nobody asked.
  std::optional<ReportHistory> history;  ///< Present: the report is from the store.
  /// Things the reader should know: "times are local", "samples were dropped", ...
  std::vector<std::string> notes;
};

}  // namespace unjam
