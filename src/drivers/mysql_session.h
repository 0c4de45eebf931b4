// Sessions with MySQL and MariaDB, through MySQL Connector/C++ (on libmariadb).
#pragma once

#include "unjam/drivers/session.h"

#include <memory>

namespace unjam {

/// As connect(). Whether the server is MySQL or MariaDB, it says itself: Session::version().
std::unique_ptr<Session> connect_mysql(const ServerAddress& address);

}  // namespace unjam
