// What a session with MySQL or MariaDB says and what it hears, as pure functions: the server's
// version, statements marked as unjam's own, and errors.
#pragma once

#include "unjam/base/error.h"
#include "unjam/drivers/session.h"

#include <string>
#include <string_view>

namespace unjam {

/// "8.0.36-28", "10.11.6-MariaDB-log", "5.5.5-10.6.4-MariaDB".
ServerVersion parse_mysql_version(std::string_view text);

/// A comment does not survive in performance_schema's digests, so unjam's own statements also have
/// a table expression that nothing refers to: servers drop it unevaluated, but keep its name in the
/// digest's text.
inline constexpr std::string_view kOwnMark = "WITH unjam AS (SELECT 1)";
/// kOwnMark in DIGEST_TEXT, of MySQL as of MariaDB.
inline constexpr std::string_view kOwnMarkInDigest = "WITH `unjam` AS ( SELECT ? )";

/// False before MySQL 8.0 and MariaDB 10.2.
bool supports_mark(const ServerVersion& version);

/// The statement as it is sent: with `/* unjam */` and, when it is a SELECT, the mark.
std::string mark_as_own(const ServerVersion& version, std::string_view sql);

/// What the server or the client library reported, in our words and with the remedy; the only place
/// where errors of the driver become ours. `operation`: "connecting", "a statement of unjam".
/// `code`: the error number of the server (below 2000 and from 3000 on) or of the client library.
/// `message`: its words, of which only those are kept that hold no data.
Error mysql_error(const ServerAddress& address, std::string_view operation, int code,
                  std::string_view message);

}  // namespace unjam
