// A store of any kind for tests: writer, reader, and a restart.
#pragma once

#include "unjam/store/store.h"

#include <memory>
#include <string>

namespace unjam {

class AnyStore {
 public:
  virtual ~AnyStore() = default;
  virtual StoreWriter& writer() = 0;
  virtual const StoreReader& reader() = 0;
  /// As if the service and its readers had been restarted.
  virtual void reopen() = 0;
};

/// "memory" or "sqlite". `options.path` is filled in.
std::unique_ptr<AnyStore> make_any_store(const std::string& kind, StoreOptions options = {});

/// Until there is no more to do; `more` is still set when it never ends.
Maintenance maintain_all(StoreWriter& writer, TimePoint now);

}  // namespace unjam
