// A progress line on a terminal while a large log is read.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace unjam {

/// Draws on standard error from a thread of its own, if that is a terminal; otherwise does nothing.
class ProgressLine {
 public:
  /// The bar is out of the sizes of the plain files among `paths`.
  explicit ProgressLine(const std::vector<std::string>& paths);
  /// Removes the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// To be called with the bytes read, from any thread; empty when nothing is drawn.
  std::function<void(std::uint64_t)> callback();

 private:
  void draw(std::uint64_t done) const;

  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> done_{0};
  bool shown_ = false;
  std::jthread thread_;
};

}  // namespace unjam
