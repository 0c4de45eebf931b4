#include "unit/store/any_store.h"

#include "unit/app/temporary_folder.h"
#include "unjam/store/memory_store.h"

#include <utility>

namespace unjam {
namespace {

class InMemory : public AnyStore {
 public:
  StoreWriter& writer() override { return *store_; }
  const StoreReader& reader() override { return *store_; }
  void reopen() override {}

 private:
  std::unique_ptr<MemoryStore> store_ = make_memory_store();
};

class InSqlite : public AnyStore {
 public:
  explicit InSqlite(StoreOptions options) : options_(std::move(options)) {
    options_.path = folder_.path("unjam.db");
    reopen();
  }
  StoreWriter& writer() override { return *writer_; }
  const StoreReader& reader() override { return *reader_; }
  void reopen() override {
    reader_.reset();
    writer_.reset();
    writer_ = open_store_writer(options_);
    reader_ = open_store_reader(options_.path);
  }

 private:
  TemporaryFolder folder_;
  StoreOptions options_;
  std::unique_ptr<StoreWriter> writer_;
  std::unique_ptr<StoreReader> reader_;
};

}  // namespace

std::unique_ptr<AnyStore> make_any_store(const std::string& kind, StoreOptions options) {
  if (kind == "memory") {
    return std::make_unique<InMemory>();
  }
  return std::make_unique<InSqlite>(std::move(options));
}

Maintenance maintain_all(StoreWriter& writer, TimePoint now) {
  Maintenance all;
  for (int steps = 0; steps < 20'000; ++steps) {
    const Maintenance done = writer.maintain(now);
    all.rolled_up += done.rolled_up;
    all.expired += done.expired;
    all.dropped_for_space += done.dropped_for_space;
    all.detail_from = done.detail_from ? done.detail_from : all.detail_from;
    if (!done.more) {
      return all;
    }
  }
  all.more = true;
  return all;
}

}  // namespace unjam
