#include "app/collector_plans.h"

#include "unjam/watch/counter_collector.h"
#include "unjam/watch/log_collector.h"
#include "unjam/watch/slow_log_table_collector.h"

#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

/// Everything that must be the same for a collector to go on undisturbed. Parts are told apart by
/// their length, so that no two lists of parts look alike.
std::string identity(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) {
    result += fmt::format("{}:{},", part.size(), part);
  }
  return result;
}

CollectorPlan log_plan(const TargetConfig& target, const LogConfig& log, bool mask_samples,
                       const Normalizer& normalizer, const std::string& rules) {
  CollectorPlan plan;
  plan.name = fmt::format("log:{}:{}", target.name, log.path.string());
  plan.target = target.name;
  plan.identity = identity({rules, fmt::format("{} {}", mask_samples, log.utc_offset.count()),
                            log.format.value_or("auto"), log.log_line_prefix.value_or("")});
  plan.make = [name = target.name, log, mask_samples, &normalizer](CollectorState from) {
    LogCollectorOptions options;
    options.mask_samples = mask_samples;
    return make_log_collector(name, log, normalizer, std::move(from), options);
  };
  return plan;
}

std::string identity_of(const ServerAddress& address) {
  return identity({std::string(to_string(address.engine)), address.host,
                   fmt::format("{} {} {} {}", address.port, static_cast<int>(address.tls),
                               address.connect_timeout.count(), address.statement_timeout.count()),
                   address.socket, address.user, address.password.reveal(), address.database,
                   address.ca_file});
}

CollectorPlan counter_plan(const TargetConfig& target, bool mask_samples,
                           const Normalizer& normalizer, const std::string& rules) {
  CollectorPlan plan;
  plan.name = "counters:" + target.name;
  plan.target = target.name;
  plan.identity =
      identity({rules, fmt::format("{} {}", mask_samples, target.counters.interval.count()),
                identity_of(*target.address)});
  plan.make = [target, mask_samples, &normalizer](const CollectorState& from) {
    CounterCollectorOptions options;
    options.mask_samples = mask_samples;
    return make_counter_collector(target, normalizer, from, options);
  };
  return plan;
}

CollectorPlan slow_log_table_plan(const TargetConfig& target, bool mask_samples,
                                  const Normalizer& normalizer, const std::string& rules) {
  CollectorPlan plan;
  plan.name = "slow-log-table:" + target.name;
  plan.target = target.name;
  plan.identity =
      identity({rules, fmt::format("{} {}", mask_samples, target.counters.interval.count()),
                identity_of(*target.address)});
  plan.make = [target, mask_samples, &normalizer](const CollectorState& from) {
    SlowLogTableOptions options;
    options.interval = target.counters.interval;
    options.mask_samples = mask_samples;
    return make_slow_log_table_collector(target.name, *target.address, normalizer, from, options);
  };
  return plan;
}

}  // namespace

std::vector<CollectorPlan> plan_collectors(const Config& config, const Normalizer& normalizer,
                                           const std::string& rules) {
  std::vector<CollectorPlan> plans;
  for (const TargetConfig& target : config.targets) {
    if (target.address && target.counters.enabled) {
      plans.push_back(counter_plan(target, config.store.mask_samples, normalizer, rules));
    }
    if (target.address && target.slow_log_table) {
      plans.push_back(slow_log_table_plan(target, config.store.mask_samples, normalizer, rules));
    }
    for (const LogConfig& log : target.logs) {
      plans.push_back(log_plan(target, log, config.store.mask_samples, normalizer, rules));
    }
  }
  return plans;
}

}  // namespace unjam
