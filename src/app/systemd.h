// What the service tells systemd (sd_notify(3)); nothing when it was not started by it.
#pragma once

#include "unjam/base/time.h"

#include <optional>
#include <string>

namespace unjam {

enum class Phase { Ready, Reloading, Stopping };

/// `status` is for `systemctl status`: one line.
void tell_systemd(Phase phase, const std::string& status);

/// A new line for `systemctl status`.
void tell_status(const std::string& status);

/// Within which time systemd wants to hear from us; nullopt: no watchdog.
std::optional<Duration> watchdog_interval();
void feed_watchdog();

}  // namespace unjam
