#include "app/systemd.h"

#include <chrono>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace unjam {

void tell_systemd(Phase phase, const std::string& status) {
  std::string message;
  switch (phase) {
    case Phase::Ready:
      message = "READY=1";
      break;
    case Phase::Reloading: {
      // Type=notify-reload wants to know when it began.
      const auto now = std::chrono::steady_clock::now().time_since_epoch();
      message = fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                            std::chrono::duration_cast<std::chrono::microseconds>(now).count());
      break;
    }
    case Phase::Stopping:
      message = "STOPPING=1";
      break;
  }
  sd_notify(0, fmt::format("{}\nSTATUS={}", message, status).c_str());
}

void tell_status(const std::string& status) {
  sd_notify(0, fmt::format("STATUS={}", status).c_str());
}

std::optional<Duration> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) {
    return std::nullopt;
  }
  return Duration(static_cast<Duration::rep>(microseconds));
}

void feed_watchdog() { sd_notify(0, "WATCHDOG=1"); }

}  // namespace unjam
