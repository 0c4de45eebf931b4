#include "app/analysis.h"

#include "app/counting_source.h"
#include "app/segments.h"
#include "unjam/collect/log_file.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kHeadBytes = std::size_t{256} << 10;

class OneInput {
 public:
  OneInput(FingerprintCache& fingerprints, const AnalysisOptions& options)
      : fingerprints_(fingerprints), options_(options) {}

  /// nullopt for an empty input.
  std::optional<ReadLog> read(LogFile& log, ReportInput& input) {
    return log.seekable() ? read_file(log, input) : read_pipe(log, input);
  }

 private:
  std::optional<ReadLog> read_file(const LogFile& log, ReportInput& input) {
    input.bytes = log.size();
    const auto head_source = log.range(0, std::min<std::uint64_t>(log.size(), kHeadBytes));
    WindowBuffer head(*head_source, 0);
    head.fill();
    const auto settings = settings_for(log.path(), head.bytes(), input);
    return settings ? std::optional(read_segments(log, *settings, make_aggregator()))
                    : std::nullopt;
  }

  std::optional<ReadLog> read_pipe(LogFile& log, ReportInput& input) {
    CountingSource source(log.stream(), options_.progress);
    WindowBuffer buffer(source, 0);
    buffer.fill();
    const auto settings = settings_for(log.path(), buffer.bytes(), input);
    if (!settings) {
      buffer.rethrow_failure();
      return std::nullopt;
    }
    ReadLog result = read_stream(buffer, *settings, make_aggregator());
    input.bytes = source.total();
    return result;
  }

  std::optional<ReadSettings> settings_for(const std::string& path, std::string_view head,
                                           ReportInput& input) {
    const auto format = choose_format(path, head, options_.input);
    if (!format) {
      return std::nullopt;
    }
    input.format = to_string(format->format);
    ReadSettings settings;
    settings.format = *format;
    settings.options = options_.input.reader;
    settings.threads = options_.threads;
    settings.progress = options_.progress;
    if (!options_.aggregate.filter.databases.empty()) {
      // The filter needs every event's database at once; segments learn it when they are merged.
      settings.threads = 1;
    }
    return settings;
  }

  std::function<Aggregator(Dialect)> make_aggregator() {
    return
        [this](Dialect dialect) { return Aggregator(fingerprints_, dialect, options_.aggregate); };
  }

  FingerprintCache& fingerprints_;
  const AnalysisOptions& options_;
};

void describe(const ReadLog& read, ReportInput& input) {
  input.events = read.seen.events_seen();
  input.first = read.seen.first_seen();
  input.last = read.seen.last_seen();
  for (const auto& [reason, skipped] : read.skipped) {
    input.skipped[reason] = skipped.count;
    input.skipped_samples[reason] = skipped.sample;
  }
}

/// Throws when a format or prefix that the user names fits nothing in the log.
void check_wish(const ReadLog& read, const ReportInput& input, const InputOptions& wish) {
  const Totals& totals = read.seen.totals();
  const bool wished = wish.format || wish.reader.log_line_prefix;
  const bool found = read.seen.events_seen() > 0 || totals.errors > 0 || totals.lock_waits > 0 ||
                     totals.deadlocks > 0 || totals.temporary_files > 0;
  if (!wished || found || input.skipped.empty()) {
    return;
  }
  const std::string what = wish.reader.log_line_prefix
                               ? fmt::format("--log-line-prefix '{}'", *wish.reader.log_line_prefix)
                               : fmt::format("--format {}", input.format);
  throw Error(ErrorKind::Unsupported,
              fmt::format("no record in {} fits {} ({}); leave it out to have it found by content",
                          input.path, what, input.skipped.begin()->first));
}

}  // namespace

std::optional<DetectedFormat> choose_format(const std::string& path, std::string_view head,
                                            const InputOptions& options) {
  if (head.empty()) {
    return std::nullopt;
  }
  std::optional<DetectedFormat> detected = choose_log_format(head, options.format);
  if (!detected) {
    throw Error(ErrorKind::Unsupported,
                fmt::format("unknown log format in {}: {}; force one with --format ({})", path,
                            describe_unknown_format(head), fmt::join(log_format_names(), ", ")));
  }
  return detected;
}

Analysis analyze_logs(const std::vector<std::string>& paths, FingerprintCache& fingerprints,
                      const AnalysisOptions& options) {
  Analysis analysis;
  OneInput one(fingerprints, options);
  for (const std::string& path : paths) {
    ReportInput input;
    input.path = path;
    try {
      LogFile log(path);
      std::optional<ReadLog> read = one.read(log, input);
      if (read) {
        describe(*read, input);
        check_wish(*read, input, options.input);
        if (analysis.seen) {
          analysis.seen->merge(std::move(read->seen));
        } else {
          analysis.seen = std::move(read->seen);
        }
      }
      analysis.inputs.push_back(std::move(input));
      if (read && read->failure) {
        std::rethrow_exception(read->failure);
      }
    } catch (const Error& error) {
      analysis.failures.push_back(error);
    }
  }
  return analysis;
}

}  // namespace unjam
