// A byte source that tells how far reading has come.
#pragma once

#include "unjam/collect/log_file.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace unjam {

class CountingSource : public ByteSource {
 public:
  /// `progress`, which may be empty, gets the bytes newly read; it must outlive the source.
  CountingSource(std::unique_ptr<ByteSource> inner,
                 const std::function<void(std::uint64_t)>& progress)
      : inner_(std::move(inner)), progress_(progress) {}

  std::size_t read(char* to, std::size_t size) override {
    const std::size_t got = inner_->read(to, size);
    total_ += got;
    if (progress_) {
      progress_(got);
    }
    return got;
  }

  std::uint64_t total() const { return total_; }

 private:
  std::unique_ptr<ByteSource> inner_;
  const std::function<void(std::uint64_t)>& progress_;
  std::uint64_t total_ = 0;
};

}  // namespace unjam
