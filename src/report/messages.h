// Every label of the reports, in every language. A language that lacks one does not compile: each
// table is a switch without a default.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/report/render.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace unjam {

/// `{}` marks a value; comments name the values that are not obvious.
enum class Message {
  Title,
  NoStatements,  ///< Inputs.
  NoInput,
  NoStatementsRemedy,
  NonePasses,  ///< Records, begin, end.
  NonePassesUntimed,
  AndMore,
  MoreText,
  Inputs,
  Input,
  Format,
  Size,
  Records,
  NRecords,
  TimeSpan,
  FromTo,      ///< Begin, end, length.
  NOfRecords,  ///< Records that passed the filter, all records.
  Statements,
  QueryTime,
  LockTime,
  Load,
  LoadMeaning,
  LoadOverTime,
  PeakAt,  ///< Load, time.
  QueryClasses,
  AdminCommands,
  Throttled,
  Errors,
  LockWaits,
  Deadlocks,
  TemporaryFiles,
  TopQueries,  ///< Measure.
  TopGroups,   ///< Group, measure.
  Rank,
  Query,
  Share,
  Total,
  Calls,
  Mean,
  Min,
  Max,
  Deviation,
  Trend,
  OtherQueries,
  OtherGroups,  ///< Groups: "users".
  NClasses,
  ShareOf,  ///< Percentage, measure.
  Time,
  NotTimed,
  PerSecond,
  Rows,
  RowsExamined,
  RowsSent,
  RowsAffected,
  BytesSent,
  PerCall,
  ExaminedPerSent,
  NothingSent,
  OfItsTime,
  Seen,
  FirstSeen,
  LastSeen,
  Tables,
  Databases,
  Users,
  Hosts,
  Database,
  User,
  Job,
  Jobs,
  Controller,
  Controllers,
  Action,
  Actions,
  Host,
  Table,
  Tags,
  Sample,
  Masked,
  Parameters,
  Lint,
  Why,
  Instead,
  SeverityInfo,
  SeverityWarning,
  SeverityError,
  LatencyPercentiles,
  Count,
  Code,
  Severity,
  Message,
  Mode,
  Object,
  Waited,
  At,
  Outcome,
  Acquired,
  NotAcquired,
  Holders,
  Process,
  NTimes,
  BlockedBy,  ///< Process.
  Victim,
  Largest,
  UnknownStatement,
  UnknownName,  ///< A user or database without a name.
  Skipped,
  Reason,
  Notes,
  SampledLog,        ///< One in so many, the same again.
  Unmeasured,        ///< Rows, measure.
  FindingsNotShown,  ///< Classes, severity, of these not shown.
  Summary,
  Details,
  ByTime,
  ByLock,
  ByRows,
  ByRatio,
  Cost,
  MadeBy,    ///< Version.
  SortHint,  ///< Column; read by screen readers.
  SkipToRanking,
  Fingerprint,
  StoreTitle,
  FromCounters,   ///< Targets.
  FromLog,        ///< Targets.
  FromLogLonger,  ///< Targets.
  FromLogTells,   ///< Targets.
  FromAsked,      ///< Source, targets.
  SourceLog,
  SourceCounters,
  Target,
  Targets,
  Change,
  VerdictNew,
  VerdictWorse,
  VerdictBetter,
  VerdictSame,
  Before,
  PastLine,   ///< Length, load then, load now, change, calls then, calls now.
  BeforeNow,  ///< Verdict, time then, calls then, time now, calls now.
  Gone,
  GoneInAll,       ///< Classes.
  NotCompared,     ///< Targets.
  WithoutNumbers,  ///< Targets.
  NothingStored,
  NothingStoredRemedy,
  NothingInRange,        ///< Begin, end.
  NothingInRangeRemedy,  ///< Begin, end.
  CountersSince,         ///< Time.
  DetailsOf,
  ClassTitle,  ///< Fingerprint id.
  NotRunInPeriod,
  LatencyHistogram,
  PerTarget,
  Source,
  Samples,
  LatencyFromLog,
  LatencyFromCounters,
  OneClass,
  CheckFails,  ///< What should be so.
  CheckWhy,
  CheckLost,
  CheckMend,
  CheckService,
  PollCosts,  ///< Statements, time of the server, time in all.
  PollTakes,  ///< Statements, time in all.
  AllWell,
  NotAllWell,  ///< Targets that are well, all targets.
};

inline constexpr Message kLastMessage = Message::NotAllWell;

std::string_view message(Language language, Message key);
std::string_view message_en(Message key);
std::string_view message_ja(Message key);

/// The message with `values` in place of its marks, in order.
template <typename... Values>
std::string message_with(Language language, Message key, const Values&... values) {
  return fmt::vformat(message(language, key), fmt::make_format_args(values...));
}

/// The message as a title: its first letter is a capital where the language has them.
std::string heading(Language language, Message key);
std::string capitalised(std::string text);

/// The message of a measure that ranks ("time", "calls", "p95"); the name itself when it is a new
/// one.
std::string measure_name(Language language, std::string_view measure);
/// The message of what rows stand for ("user", "job"); the name itself when it is a new one.
std::string group_name(Language language, std::string_view group);
/// The same of several: "users", "jobs".
std::string group_names(Language language, std::string_view group);
/// "new", "worse", ...
std::string_view verdict_name(Language language, Verdict verdict);
/// The message of a lint severity; the name itself when it is a new one.
std::string severity_name(Language language, std::string_view severity);

}  // namespace unjam
