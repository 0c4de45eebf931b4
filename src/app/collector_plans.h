// The configuration's targets as collectors to be.
#pragma once

#include "app/collector_loop.h"
#include "unjam/config/config.h"
#include "unjam/normalize/normalizer.h"

#include <string>
#include <vector>

namespace unjam {

/// One plan for each log, each server's counters and each mysql.slow_log. `normalizer` must outlive
/// the collectors; `rules` identifies it: collectors with another one are others.
std::vector<CollectorPlan> plan_collectors(const Config& config, const Normalizer& normalizer,
                                           const std::string& rules);

}  // namespace unjam
