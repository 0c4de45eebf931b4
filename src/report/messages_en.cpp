#include "report/messages.h"

namespace unjam {

std::string_view message_en(Message key) {
  switch (key) {
    case Message::Title:
      return "Slow query report";
    case Message::NoStatements:
      return "No statements found in {}.";
    case Message::NoInput:
      return "No statements found: there was no input.";
    case Message::NoStatementsRemedy:
      return "Nothing in it reads as an execution of a statement. Is it a slow-query log, is "
             "--format right, and was anything slower than the server's threshold?";
    case Message::NonePasses:
      return "{} records read ({} to {} UTC), none passes the filter.";
    case Message::NonePassesUntimed:
      return "{} records read, none passes the filter.";
    case Message::AndMore:
      return "and {} more";
    case Message::MoreText:
      return "… {} more bytes; all of it is in the JSON output";
    case Message::Inputs:
      return "inputs";
    case Message::Input:
      return "input";
    case Message::Format:
      return "format";
    case Message::Size:
      return "size";
    case Message::Records:
      return "records";
    case Message::NRecords:
      return "{} records";
    case Message::TimeSpan:
      return "time span";
    case Message::FromTo:
      return "{} to {} UTC ({})";
    case Message::NOfRecords:
      return "{} of {} records";
    case Message::Statements:
      return "statements";
    case Message::QueryTime:
      return "query time";
    case Message::LockTime:
      return "lock time";
    case Message::Load:
      return "load";
    case Message::LoadMeaning:
      return "average active sessions: query time per second of wall time";
    case Message::LoadOverTime:
      return "Load over time";
    case Message::PeakAt:
      return "peak {} at {}";
    case Message::QueryClasses:
      return "query classes";
    case Message::AdminCommands:
      return "administrator commands";
    case Message::Throttled:
      return "throttle summaries";
    case Message::Errors:
      return "errors";
    case Message::LockWaits:
      return "lock waits";
    case Message::Deadlocks:
      return "deadlocks";
    case Message::TemporaryFiles:
      return "temporary files";
    case Message::TopQueries:
      return "Top queries by {}";
    case Message::TopGroups:
      return "By {}, ranked by {}";
    case Message::Rank:
      return "#";
    case Message::Query:
      return "query";
    case Message::Share:
      return "share";
    case Message::Total:
      return "total";
    case Message::Calls:
      return "calls";
    case Message::Mean:
      return "mean";
    case Message::Min:
      return "min";
    case Message::Max:
      return "max";
    case Message::Deviation:
      return "std dev";
    case Message::Trend:
      return "trend";
    case Message::OtherQueries:
      return "other queries";
    case Message::OtherGroups:
      return "other {}";
    case Message::NClasses:
      return "{} query classes";
    case Message::ShareOf:
      return "{} of {}";
    case Message::Time:
      return "time";
    case Message::NotTimed:
      return "the log does not tell execution times";
    case Message::PerSecond:
      return "{}/s";
    case Message::Rows:
      return "rows";
    case Message::RowsExamined:
      return "rows examined";
    case Message::RowsSent:
      return "rows sent";
    case Message::RowsAffected:
      return "rows affected";
    case Message::BytesSent:
      return "bytes sent";
    case Message::PerCall:
      return "{} a call";
    case Message::ExaminedPerSent:
      return "{} rows examined for each row sent";
    case Message::NothingSent:
      return "no row sent";
    case Message::OfItsTime:
      return "{} of its time";
    case Message::Seen:
      return "seen";
    case Message::FirstSeen:
      return "first seen";
    case Message::LastSeen:
      return "last seen";
    case Message::Tables:
      return "tables";
    case Message::Databases:
      return "databases";
    case Message::Users:
      return "users";
    case Message::Hosts:
      return "hosts";
    case Message::Database:
      return "database";
    case Message::User:
      return "user";
    case Message::Job:
      return "job";
    case Message::Jobs:
      return "jobs";
    case Message::Controller:
      return "controller";
    case Message::Controllers:
      return "controllers";
    case Message::Action:
      return "action";
    case Message::Actions:
      return "actions";
    case Message::Host:
      return "host";
    case Message::Table:
      return "table";
    case Message::Tags:
      return "query tags";
    case Message::Sample:
      return "sample";
    case Message::Masked:
      return "literals masked";
    case Message::Parameters:
      return "parameters";
    case Message::Lint:
      return "worth a look";
    case Message::Why:
      return "why";
    case Message::Instead:
      return "instead";
    case Message::SeverityInfo:
      return "info";
    case Message::SeverityWarning:
      return "warning";
    case Message::SeverityError:
      return "error";
    case Message::LatencyPercentiles:
      return "latency";
    case Message::Count:
      return "count";
    case Message::Code:
      return "code";
    case Message::Severity:
      return "severity";
    case Message::Message:
      return "message";
    case Message::Mode:
      return "mode";
    case Message::Object:
      return "object";
    case Message::Waited:
      return "waited";
    case Message::At:
      return "at";
    case Message::Outcome:
      return "outcome";
    case Message::Acquired:
      return "acquired";
    case Message::NotAcquired:
      return "not acquired";
    case Message::Holders:
      return "held by";
    case Message::Process:
      return "process";
    case Message::NTimes:
      return "× {}";
    case Message::BlockedBy:
      return "waits for {}";
    case Message::Victim:
      return "victim";
    case Message::Largest:
      return "largest";
    case Message::UnknownStatement:
      return "statement not known";
    case Message::UnknownName:
      return "(none)";
    case Message::Skipped:
      return "Skipped stretches";
    case Message::Reason:
      return "reason";
    case Message::Notes:
      return "Notes";
    case Message::SampledLog:
      return "Sampled log (Log_slow_rate_limit): 1 execution in {} was logged; calls and times are "
             "of the logged executions only; multiply by {}.";
    case Message::Unmeasured:
      return "Rows of this ranking whose log does not tell {1}: {0}; they come last.";
    case Message::FindingsNotShown:
      return "Query classes with lint findings of severity {1} or worse (--fail-on): {0}, of which "
             "{2} not shown; --top 0 shows all.";
    case Message::Summary:
      return "Summary";
    case Message::Details:
      return "Details";
    case Message::ByTime:
      return "total time";
    case Message::ByLock:
      return "lock time";
    case Message::ByRows:
      return "rows examined";
    case Message::ByRatio:
      return "rows examined / rows sent";
    case Message::Cost:
      return "cost";
    case Message::MadeBy:
      return "made by unjam {}";
    case Message::SortHint:
      return "Sort by {}";
    case Message::SkipToRanking:
      return "Skip to the ranking";
    case Message::Fingerprint:
      return "fingerprint";
    case Message::StoreTitle:
      return "Heaviest queries";
    case Message::FromCounters:
      return "counters (every execution): {}";
    case Message::FromLog:
      return "log (what the server logged): {}";
    case Message::FromLogLonger:
      return "log (the counters do not cover all of the period): {}";
    case Message::FromLogTells:
      return "log (the counters do not tell this): {}";
    case Message::FromAsked:
      return "{} (as asked): {}";
    case Message::SourceLog:
      return "log";
    case Message::SourceCounters:
      return "counters";
    case Message::Target:
      return "target";
    case Message::Targets:
      return "targets";
    case Message::Change:
      return "change";
    case Message::VerdictNew:
      return "new";
    case Message::VerdictWorse:
      return "worse";
    case Message::VerdictBetter:
      return "better";
    case Message::VerdictSame:
      return "same";
    case Message::Before:
      return "before";
    case Message::PastLine:
      return "Against the {} before: load {} → {} ({}), calls {} → {}";
    case Message::BeforeNow:
      return "{}: {} in {} calls → {} in {} calls";
    case Message::Gone:
      return "no longer seen";
    case Message::GoneInAll:
      return "Query classes of the period before that did not run in this one: {}";
    case Message::NotCompared:
      return "Not compared, without numbers of all of the period before: {}";
    case Message::WithoutNumbers:
      return "No numbers in this period: {}";
    case Message::NothingStored:
      return "The store holds no numbers yet.";
    case Message::NothingStoredRemedy:
      return "Is the service running, and does it reach its targets? Start it with unjam serve, "
             "ask unjam doctor, or look at a server directly with unjam top --dsn URL.";
    case Message::NothingInRange:
      return "No numbers from {} to {} UTC.";
    case Message::NothingInRangeRemedy:
      return "There are numbers from {} to {} UTC: choose with --since and --until. If there "
             "should be newer ones, ask unjam doctor whether the service runs and reaches its "
             "targets.";
    case Message::CountersSince:
      return "From the server's own counters, which began at {} UTC; there is no period before to "
             "compare with.";
    case Message::DetailsOf:
      return "unjam show ID tells all about one of them";
    case Message::ClassTitle:
      return "Query class {}";
    case Message::NotRunInPeriod:
      return "It did not run in this period; look further back with --since.";
    case Message::LatencyHistogram:
      return "latency histogram";
    case Message::PerTarget:
      return "per target";
    case Message::Source:
      return "source";
    case Message::Samples:
      return "samples";
    case Message::LatencyFromLog:
      return "as logged";
    case Message::LatencyFromCounters:
      return "as the server counted";
    case Message::OneClass:
      return "1 query class";
    case Message::CheckFails:
      return "not so: {}";
    case Message::CheckWhy:
      return "why";
    case Message::CheckLost:
      return "lost";
    case Message::CheckMend:
      return "mend";
    case Message::CheckService:
      return "service";
    case Message::PollCosts:
      return "One poll of {} statements takes the server {}; {} in all.";
    case Message::PollTakes:
      return "One poll of {} statements takes {} in all.";
    case Message::AllWell:
      return "All is well.";
    case Message::NotAllWell:
      return "Targets without anything to mend: {} of {}";
  }
  return "";
}

}  // namespace unjam
