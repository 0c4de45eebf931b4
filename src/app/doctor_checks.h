// What `unjam doctor` looks at: a server, its logs, the store, the service.
#pragma once

#include "unjam/base/time.h"
#include "unjam/config/config.h"
#include "unjam/report/doctor_report.h"

#include <vector>

namespace unjam {

/// Connects, checks rights and settings, and polls once. Throws nothing: what fails is a check.
void check_server_of(const ServerAddress& address, DoctorTarget& target);

/// Readable, of a known format, still written to. `engine` chooses the remedy for a silent log.
DoctorCheck check_log(const LogConfig& log, std::optional<Engine> engine, TimePoint now);

DoctorCheck check_store(const StoreConfig& store);
DoctorCheck check_service(const HttpConfig& http);

}  // namespace unjam
