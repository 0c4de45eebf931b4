// A store in memory, filled line by line.
#pragma once

#include "unjam/store/memory_store.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace unjam {

class StoredHistory {
 public:
  /// `calls` executions of `sql` in the minute `at`, each of `each`.
  ClassDelta& add(const std::string& target, Source source, TimePoint at, const std::string& sql,
                  std::uint64_t calls, Duration each) {
    ClassDelta delta;
    delta.id = fingerprint_id(sql);
    delta.counts.calls = calls;
    delta.counts.query_time = each * static_cast<std::int64_t>(calls);
    if (source == Source::Log) {
      delta.counts.query_time_max = each;
      delta.counts.histogram.add(each, calls);
    }
    flush_.texts.push_back({delta.id, sql, Dialect::MySql});
    flush_.slices.push_back({target, source, at, {std::move(delta)}});
    return flush_.slices.back().classes.front();
  }
  Flush& flush() { return flush_; }

  const StoreReader& reader() {
    if (!store_) {
      flush_.collector = "test";
      flush_.sequence = 1;
      store_ = make_memory_store();
      store_->apply({&flush_, 1});
    }
    return *store_;
  }

 private:
  Flush flush_;
  std::unique_ptr<MemoryStore> store_;
};

}  // namespace unjam
