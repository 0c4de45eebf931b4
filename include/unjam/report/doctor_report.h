// What `unjam doctor` found: per target what works, what is missing, and how to mend it. Texts are
// data from servers and the system: the renderers neutralise them.
#pragma once

#include "unjam/base/time.h"
#include "unjam/report/render.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unjam {

struct DoctorCheck {
  enum class State : std::uint8_t {
    Ok,
    Degraded,     ///< Works, but something cannot be told.
    Missing,      ///< Does not work until it is mended.
    Unreachable,  ///< Could not even be looked at.
  };
  State state = State::Ok;
  std::string what;  ///< What should be so, whether it is or not.
  std::string lost;  ///< What unjam cannot tell without it; empty when Ok.
  std::string mend;  ///< The exact statements or settings; may be several lines.
  std::string why;   ///< What the server or the system says; empty where `what` says it all.
};

/// "ok", "degraded", "missing", "unreachable".
std::string_view to_string(DoctorCheck::State state);

struct DoctorTarget {
  std::string name;
  std::string address;  ///< Without password; empty when only logs are watched.
  std::string server;   ///< Its version, as it writes it.
  std::vector<DoctorCheck> checks;
  /// What one poll of its counters costs; absent when they cannot be polled.
  struct Poll {
    Duration server_time{0};
    Duration time{0};  ///< With the network and unjam's own work.
    std::uint64_t entries = 0;
  };
  std::optional<Poll> poll;
};

struct DoctorReport {
  std::string version;
  std::vector<DoctorCheck> service;  ///< The service and its store; empty for --dsn.
  std::vector<DoctorTarget> targets;

  /// The worst state of all.
  DoctorCheck::State worst() const;
};

std::string render_doctor_text(const DoctorReport& report, const TextStyle& style);
/// Ends in a line feed.
std::string render_doctor_json(const DoctorReport& report);

}  // namespace unjam
