// Sessions with PostgreSQL, through libpqxx.
#pragma once

#include "unjam/drivers/session.h"

#include <memory>

namespace unjam {

/// As connect().
std::unique_ptr<Session> connect_postgresql(const ServerAddress& address);

}  // namespace unjam
