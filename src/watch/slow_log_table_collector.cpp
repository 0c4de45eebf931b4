#include "unjam/watch/slow_log_table_collector.h"

#include "collect/slow_log_table.h"
#include "unjam/aggregate/log_aggregator.h"
#include "unjam/base/error.h"
#include "unjam/drivers/session.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace unjam {
namespace {

constexpr const char* kPositionKey = "position";
/// The server reads some two rows in a microsecond, so that this spares it all but half a percent
/// of its time.
constexpr Duration kPausePerRow{100};
/// unjam's own statements may fill the log; its place in them is worth a checkpoint now and then.
constexpr std::uint64_t kRowsPerCheckpoint = 10'000;

class SlowLogTableCollector final : public Collector {
 public:
  SlowLogTableCollector(const std::string& target, ServerAddress address,
                        const Normalizer& normalizer, const CollectorState& state,
                        const SlowLogTableOptions& options)
      : name_("slow-log-table:" + target),
        target_(target),
        address_(std::move(address)),
        normalizer_(normalizer),
        options_(options),
        sequence_(state.last_sequence) {
    for (const Checkpoint& checkpoint : state.checkpoints) {
      if (checkpoint.key == kPositionKey) {
        position_ = parse_slow_log_position(checkpoint.state).value_or(SlowLogPosition());
      }
    }
    stored_ = position_;
  }

  const std::string& name() const override { return name_; }

  std::optional<Flush> poll(TimePoint now, bool& more) override {
    more = false;
    if (now < next_look_ && next_look_ < now + options_.interval + kPausePerRow * position_.rows) {
      return std::nullopt;
    }
    try {
      more = look(now);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::Unreachable) {
        table_.reset();
        session_.reset();
      }
      throw;
    }
    if (!more) {
      next_look_ = now + kPausePerRow * position_.rows;
    }
    const bool rotated =
        position_.backup != stored_.backup || position_.in_backup != stored_.in_backup;
    if (aggregator_->empty() && stored_.looked && !rotated &&
        position_.rows < stored_.rows + kRowsPerCheckpoint) {
      return std::nullopt;
    }
    Flush flush = aggregator_->take();
    flush.collector = name_;
    flush.sequence = ++sequence_;
    flush.checkpoints.push_back({kPositionKey, to_text(position_)});
    stored_ = position_;
    return flush;
  }

  void wait(const std::stop_token& stop) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, options_.interval, [] { return false; });
  }

  CollectorHealth health() const override {
    CollectorHealth health;
    health.warnings = warnings_;
    health.numbers = {{"events", aggregator_ ? static_cast<double>(aggregator_->events()) : 0.0},
                      {"table_rows", static_cast<double>(position_.rows)}};
    return health;
  }

 private:
  bool look(TimePoint now) {
    if (!table_) {
      session_ = connect(address_);
      table_.emplace(*session_, position_);
      if (!aggregator_) {
        const bool is_mariadb = session_->version().engine == Engine::MariaDb;
        aggregator_.emplace(normalizer_, is_mariadb ? Dialect::MariaDb : Dialect::MySql,
                            LogAggregatorOptions{target_, options_.mask_samples});
      }
    }
    aggregator_->set_now(now);
    const bool more = table_->read(*aggregator_);
    position_ = table_->position();
    warnings_ = table_->warnings();
    return more;
  }

  const std::string name_;
  const std::string target_;
  const ServerAddress address_;
  const Normalizer& normalizer_;
  const SlowLogTableOptions options_;
  std::uint64_t sequence_;
  SlowLogPosition position_;
  SlowLogPosition stored_;  ///< In the last Flush.
  TimePoint next_look_;
  std::unique_ptr<Session> session_;
  std::optional<SlowLogTable> table_;  // uses *session_
  std::optional<LogAggregator> aggregator_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<Collector> make_slow_log_table_collector(const std::string& target,
                                                         const ServerAddress& address,
                                                         const Normalizer& normalizer,
                                                         const CollectorState& state,
                                                         const SlowLogTableOptions& options) {
  if (address.engine == Engine::PostgreSql) {
    throw Error(ErrorKind::Usage, target +
                                      ": PostgreSQL has no slow log in a table; remove "
                                      "slow_log_table from this target");
  }
  return std::make_unique<SlowLogTableCollector>(target, address, normalizer, state, options);
}

}  // namespace unjam
