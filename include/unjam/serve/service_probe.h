// A look at a running service from outside.
#pragma once

#include "unjam/config/config.h"

#include <optional>
#include <string>

namespace unjam {

struct ServiceAnswer {
  int status = 0;    ///< Of HTTP; 200: ready.
  std::string body;  ///< One line for each trouble.
};

/// What /readyz says; nullopt when nothing answers within a second.
std::optional<ServiceAnswer> ask_readiness(const HttpConfig& config);

}  // namespace unjam
