// A store in memory: for what a server's counters say now, without a service; and for tests. Keeps
// every slice as it came: no roll-ups, no retention, no bound.
#pragma once

#include "unjam/store/store.h"

#include <memory>

namespace unjam {

/// Not thread-safe.
class MemoryStore : public StoreWriter, public StoreReader {};

std::unique_ptr<MemoryStore> make_memory_store();

}  // namespace unjam
