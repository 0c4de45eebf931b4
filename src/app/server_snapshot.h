// A server's own counters as a store in memory: what `top --dsn` ranks without a service.
#pragma once

#include "unjam/config/server_address.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/store/memory_store.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unjam {

struct ServerSnapshot {
  std::unique_ptr<MemoryStore> store;
  std::string target;
  TimePoint at;                    ///< Its one minute; the server's clock.
  TimePoint asked;                 ///< When exactly.
  std::optional<TimePoint> since;  ///< When its statistics began, if the server tells.
  std::vector<std::string> warnings;
};

/// Asks the server once. Throws what connect() and CounterSource::poll() throw.
ServerSnapshot read_server(const ServerAddress& address, const Normalizer& normalizer);

}  // namespace unjam
