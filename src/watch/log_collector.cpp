#include "unjam/watch/log_collector.h"

#include "collect/directory_watch.h"
#include "collect/log_tail.h"
#include "unjam/aggregate/log_aggregator.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr const char* kKey = "tail";
constexpr std::size_t kMostPerPoll = std::size_t{16} << 20;
/// Between looks at whether the flush is full.
constexpr std::size_t kStep = std::size_t{1} << 20;
constexpr Duration kFlushEvery = std::chrono::seconds(1);
/// A place that moved without an event is not urgent: the same bytes would be passed over again.
constexpr Duration kPlaceEvery = std::chrono::seconds(10);

LogTailOptions tail_options(const LogConfig& config, std::uint64_t read_back) {
  LogTailOptions options;
  if (config.format) {
    options.feed.format = parse_log_format(*config.format);
    if (!options.feed.format) {
      throw Error(ErrorKind::Usage,
                  fmt::format("unknown format {} of log {}; use one of {}", *config.format,
                              config.path.string(), fmt::join(log_format_names(), ", ")));
    }
  }
  options.feed.reader.log_line_prefix = config.log_line_prefix;
  options.feed.reader.utc_offset = config.utc_offset;
  options.read_back = read_back;
  return options;
}

class LogCollector final : public Collector {
 public:
  LogCollector(const std::string& target, const LogConfig& config, const Normalizer& normalizer,
               CollectorState state, const LogCollectorOptions& options)
      : name_(fmt::format("log:{}:{}", target, config.path.string())),
        normalizer_(normalizer),
        aggregator_options_{target, options.mask_samples},
        sequence_(state.last_sequence),
        watch_(config.path.string()) {
    std::optional<TailState> place;
    std::uint64_t read_back = options.read_back;
    for (Checkpoint& checkpoint : state.checkpoints) {
      if (checkpoint.key == kKey) {
        place = parse_tail_state(checkpoint.state);
        if (!place) {
          // Better a gap than everything twice.
          read_back = 0;
          lost_place_ = true;
        }
        sent_ = std::move(checkpoint.state);
      }
    }
    tail_.emplace(config.path.string(), tail_options(config, read_back), std::move(place));
  }

  const std::string& name() const override { return name_; }

  std::optional<Flush> poll(TimePoint now, bool& more) override {
    more = false;
    now_ = now;
    std::exception_ptr failure;
    try {
      more = read(now);
    } catch (const Error&) {
      // What was read before it comes first; the next poll meets it again.
      failure = std::current_exception();
    }
    std::optional<Flush> flush = take(now, failure != nullptr);
    if (failure && !flush) {
      std::rethrow_exception(failure);
    }
    return flush;
  }

  void wait(const std::stop_token& stop) override {
    watch_.wait(stop,
                std::chrono::milliseconds(
                    tail_->holds_back() || (aggregator_ && !aggregator_->empty()) ? 300 : 1000));
  }

  CollectorHealth health() const override {
    const LogTail::Health tail = tail_->health();
    CollectorHealth health;
    health.warnings = tail.warnings;
    if (lost_place_) {
      health.warnings.push_back(
          fmt::format("{}: where reading stopped was stored by another version of unjam; reading "
                      "went on at the log's end; what was logged in between is missing",
                      name_));
    }
    health.numbers = {
        {"lag_bytes", static_cast<double>(tail.lag_bytes)},
        {"bytes", static_cast<double>(tail.bytes)},
        {"events", static_cast<double>(events_before_ + (aggregator_ ? aggregator_->events() : 0))},
        {"rotations", static_cast<double>(tail.rotations)},
        {"truncations", static_cast<double>(tail.truncations)}};
    if (!tail.format.empty()) {
      health.numbers.emplace_back(fmt::format("format:{}", tail.format), 1.0);
    }
    for (const auto& [reason, skipped] : tail.skipped) {
      health.numbers.emplace_back(fmt::format("skipped:{}", reason),
                                  static_cast<double>(skipped.count));
    }
    return health;
  }

 private:
  bool read(TimePoint now) {
    const LogTail::SinkFor sink_for = [this](Dialect dialect,
                                             std::string_view database) -> EventSink& {
      return sink(dialect, database);
    };
    std::size_t left = kMostPerPoll;
    while (left > 0) {
      const LogTail::Step step = tail_->read(sink_for, now, std::min(left, kStep));
      left -= std::min(left, static_cast<std::size_t>(step.bytes));
      if (!step.more) {
        return false;
      }
      if (aggregator_ && aggregator_->full()) {
        return true;
      }
    }
    return true;
  }

  EventSink& sink(Dialect dialect, std::string_view database) {
    if (!aggregator_ || dialect_ != dialect) {
      if (aggregator_) {
        events_before_ += aggregator_->events();
        earlier_ = aggregator_->take();
      }
      aggregator_.emplace(normalizer_, dialect, aggregator_options_);
      dialect_ = dialect;
    }
    aggregator_->set_now(now_);
    aggregator_->set_inherited_database(database);
    return *aggregator_;
  }

  std::optional<Flush> take(TimePoint now, bool at_once) {
    const bool events = aggregator_ && (!aggregator_->empty() || earlier_);
    const Duration wanted = events ? kFlushEvery : kPlaceEvery;
    const bool full = aggregator_ && aggregator_->full();
    if (last_flush_ && now - *last_flush_ < wanted && !full && !(at_once && events)) {
      return std::nullopt;
    }
    const std::optional<TailState> state = tail_->state();
    std::string place = state ? write_tail_state(*state) : std::string();
    if (!events && place == sent_) {
      return std::nullopt;
    }
    Flush flush = aggregator_ ? aggregator_->take() : Flush();
    if (earlier_) {
      add(*std::exchange(earlier_, std::nullopt), flush);
    }
    flush.collector = name_;
    flush.sequence = ++sequence_;
    if (place != sent_) {
      flush.checkpoints.push_back({kKey, place});
      sent_ = std::move(place);
    }
    last_flush_ = now;
    return flush;
  }

  static void add(Flush&& from, Flush& to) {
    const auto move_all = [](auto& source, auto& target) {
      std::move(source.begin(), source.end(), std::back_inserter(target));
    };
    move_all(from.slices, to.slices);
    move_all(from.texts, to.texts);
    move_all(from.samples, to.samples);
    move_all(from.errors, to.errors);
  }

  std::string name_;
  const Normalizer& normalizer_;
  LogAggregatorOptions aggregator_options_;
  std::uint64_t sequence_;
  DirectoryWatch watch_;
  std::optional<LogTail> tail_;
  std::optional<LogAggregator> aggregator_;
  std::optional<Flush> earlier_;  ///< By an aggregator for another dialect.
  Dialect dialect_ = Dialect::MySql;
  TimePoint now_;
  std::optional<TimePoint> last_flush_;
  std::string sent_;  ///< The place in the last flush.
  bool lost_place_ = false;
  std::uint64_t events_before_ = 0;
};

}  // namespace

std::unique_ptr<Collector> make_log_collector(const std::string& target, const LogConfig& config,
                                              const Normalizer& normalizer, CollectorState state,
                                              const LogCollectorOptions& options) {
  return std::make_unique<LogCollector>(target, config, normalizer, std::move(state), options);
}

}  // namespace unjam
