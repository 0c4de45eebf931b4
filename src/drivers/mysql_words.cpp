#include "drivers/mysql_words.h"

#include "drivers/one_line.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace unjam {
namespace {

struct Meaning {
  int code;
  ErrorKind kind;
  std::string_view remedy;
};

// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html, client-error-reference
// and https://mariadb.com/kb/en/mariadb-error-codes/. What is not listed is Unreachable when it is
// the client's, since then there is no connection any more, and Unsupported when it is the
// server's.
constexpr std::string_view kGrants = "grant it as deploy/grants/mysql.sql or mariadb.sql does";
constexpr std::string_view kTls =
    "check tls and ca of the target: the server must offer TLS, and ca be the authority that "
    "signed its certificate";
constexpr std::string_view kTimedOut =
    "the statement was ended; raise the target's statement_timeout if this repeats";

constexpr std::array kMeanings{
    Meaning{1040, ErrorKind::Unreachable, "raise the server's max_connections"},
    Meaning{1042, ErrorKind::Unreachable, "the server cannot resolve our host name"},
    Meaning{1044, ErrorKind::Denied, kGrants},
    Meaning{1045, ErrorKind::Denied,
            "check user and password of the target, and that the server knows the user for this "
            "client's host"},
    Meaning{1049, ErrorKind::Unsupported, ""},
    Meaning{1053, ErrorKind::Unreachable, ""},
    Meaning{1054, ErrorKind::Unsupported, "unjam reads MySQL 8.0 and MariaDB 10.6 or newer"},
    Meaning{1129, ErrorKind::Denied, "run FLUSH HOSTS on the server"},
    Meaning{1130, ErrorKind::Denied, "create the user for this client's host"},
    Meaning{1142, ErrorKind::Denied, kGrants},
    Meaning{1143, ErrorKind::Denied, kGrants},
    Meaning{1146, ErrorKind::Unsupported, "unjam reads MySQL 8.0 and MariaDB 10.6 or newer"},
    Meaning{1193, ErrorKind::Unsupported, "unjam reads MySQL 8.0 and MariaDB 10.6 or newer"},
    Meaning{1203, ErrorKind::Unreachable, "raise max_user_connections"},
    Meaning{1205, ErrorKind::Unreachable, "somebody holds a lock on it"},
    Meaning{1226, ErrorKind::Unreachable, "raise the user's resource limits"},
    Meaning{1227, ErrorKind::Denied, kGrants},
    Meaning{1251, ErrorKind::Denied, "give the user another authentication method"},
    Meaning{1317, ErrorKind::Unreachable, "somebody killed the statement"},
    Meaning{1370, ErrorKind::Denied, kGrants},
    Meaning{1524, ErrorKind::Denied, "give the user another authentication method"},
    Meaning{1820, ErrorKind::Denied, "the user's password has expired: set a new one"},
    Meaning{1862, ErrorKind::Denied, "the user's password has expired: set a new one"},
    Meaning{1927, ErrorKind::Unreachable, "somebody killed the connection"},
    Meaning{1969, ErrorKind::Unreachable, kTimedOut},
    Meaning{2002, ErrorKind::Unreachable,
            "check host and port, or the socket, of the target, and that the server runs"},
    Meaning{2003, ErrorKind::Unreachable,
            "check host and port of the target, and that the server runs"},
    Meaning{2005, ErrorKind::Unreachable, "check the host of the target"},
    Meaning{2006, ErrorKind::Unreachable, "the connection is gone"},
    Meaning{2013, ErrorKind::Unreachable, "the connection is gone, or the server did not answer"},
    Meaning{2026, ErrorKind::Unreachable, kTls},
    Meaning{2049, ErrorKind::Denied, "give the user another authentication method"},
    Meaning{2058, ErrorKind::Denied, "install the client library's authentication plugins"},
    Meaning{2059, ErrorKind::Denied,
            "install the client library's authentication plugins (Debian: libmariadb3) or set "
            "MARIADB_PLUGIN_DIR to their folder"},
    Meaning{2061, ErrorKind::Denied,
            "set tls to require or more for this target: this authentication method wants it"},
    Meaning{3024, ErrorKind::Unreachable, kTimedOut},
    Meaning{3118, ErrorKind::Denied, "the account is locked: run ALTER USER ... ACCOUNT UNLOCK"},
    Meaning{3159, ErrorKind::Denied,
            "the server wants TLS (require_secure_transport): set tls to require or more"},
    Meaning{4031, ErrorKind::Unreachable, "the server closed an idle connection"},
    Meaning{4151, ErrorKind::Denied, "the account is locked: run ALTER USER ... ACCOUNT UNLOCK"},
};

}  // namespace

ServerVersion parse_mysql_version(std::string_view text) {
  ServerVersion version;
  version.text = one_line(text);
  const auto is_mariadb = [](std::string_view words) {
    constexpr std::string_view kName = "mariadb";
    return std::search(words.begin(), words.end(), kName.begin(), kName.end(),
                       [](char a, char b) { return (a | 0x20) == b; }) != words.end();
  };
  version.engine = is_mariadb(text) ? Engine::MariaDb : Engine::MySql;
  // MariaDB 10 says so to clients that know only one digit of a major version.
  constexpr std::string_view kDisguise = "5.5.5-";
  if (version.engine == Engine::MariaDb && text.starts_with(kDisguise)) {
    text.remove_prefix(kDisguise.size());
  }
  const char* at = text.data();
  const char* const end = at + text.size();
  for (const int weight : {10000, 100, 1}) {
    int part = 0;
    const auto [stop, error] = std::from_chars(at, end, part);
    if (error != std::errc() || part > 99) {
      break;
    }
    version.number += part * weight;
    at = stop;
    if (at == end || *at != '.') {
      break;
    }
    ++at;
  }
  return version;
}

bool supports_mark(const ServerVersion& version) {
  return version.number >= (version.engine == Engine::MariaDb ? 100200 : 80000);
}

std::string mark_as_own(const ServerVersion& version, std::string_view sql) {
  std::string marked = "/* unjam */ ";
  if (supports_mark(version) && sql.starts_with("SELECT ")) {
    marked += kOwnMark;
    marked += ' ';
  }
  marked += sql;
  return marked;
}

Error mysql_error(const ServerAddress& address, std::string_view operation, int code,
                  std::string_view message) {
  const auto* const known = std::find_if(kMeanings.begin(), kMeanings.end(),
                                         [&](const Meaning& each) { return each.code == code; });
  const bool of_client = code == 0 || (code >= 2000 && code < 3000);
  const ErrorKind kind = known != kMeanings.end() ? known->kind
                         : of_client              ? ErrorKind::Unreachable
                                                  : ErrorKind::Unsupported;
  std::string text = address.display() + ": " + std::string(operation) + " failed: ";
  text += one_line(message);
  if (code != 0) {
    text += " (" + std::to_string(code) + ")";
  }
  if (known != kMeanings.end() && !known->remedy.empty()) {
    text += "; ";
    text += known->remedy;
  }
  return {kind, text};
}

}  // namespace unjam
