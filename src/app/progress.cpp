#include "app/progress.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace unjam {
namespace {

constexpr std::uint64_t kWorthShowing = std::uint64_t{64} << 20;
constexpr auto kInterval = std::chrono::milliseconds(200);

}  // namespace

ProgressLine::ProgressLine(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    total_ += error ? 0 : size;
  }
  shown_ = ::isatty(STDERR_FILENO) == 1 && total_ >= kWorthShowing;
  if (!shown_) {
    return;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, kInterval, [&stop] { return stop.stop_requested(); })) {
      draw(done_.load());
    }
  });
}

ProgressLine::~ProgressLine() {
  if (shown_) {
    thread_.request_stop();
    thread_.join();
    std::fputs("\r\x1b[K", stderr);
  }
}

std::function<void(std::uint64_t)> ProgressLine::callback() {
  if (!shown_) {
    return {};
  }
  return [this](std::uint64_t bytes) { done_ += bytes; };
}

void ProgressLine::draw(std::uint64_t done) const {
  constexpr int kWidth = 30;
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const int filled = static_cast<int>(part * kWidth);
  fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {:3.0f} %  {} of {} MB", "", filled, "", kWidth - filled,
             part * 100, done / 1'000'000, total_ / 1'000'000);
}

}  // namespace unjam
