// What keeps the service from doing all that it was configured for, for /readyz.
#pragma once

#include "unjam/serve/service_status.h"

#include <string>
#include <vector>

namespace unjam {

struct Trouble {
  std::string target;     ///< Empty: the service itself.
  std::string collector;  ///< Empty: not a collector's.
  std::string state;      ///< "retrying", "disabled", "hangs", "store", "reload", "queue".
  std::string what;       ///< What failed, on what, why, and the remedy; one line.
};

struct Readiness {
  std::vector<Trouble> troubles;  ///< Empty: ready.
  std::vector<Trouble> warnings;  ///< Works, but not as well as it could.
};

Readiness readiness(const ServiceStatus& status);

/// One line each; "ready" first when there is no trouble.
std::string render_text(const Readiness& readiness);
/// {"ready": true, "troubles": [...], "warnings": [...]}
std::string render_json(const Readiness& readiness);

/// All numbers in OpenMetrics text format 1.0.
std::string render_metrics(const ServiceStatus& status);

}  // namespace unjam
