#include "drivers/pg_words.h"

#include "drivers/one_line.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

namespace unjam {
namespace {

constexpr std::string_view kOwnMark = "/* unjam */";

struct Meaning {
  std::string_view mark;  ///< A SQLSTATE or its class, or words of a message.
  ErrorKind kind;
  std::string_view remedy;
};

constexpr std::string_view kPassword =
    "check user and password of the target (PostgreSQL says the same for a user that does not "
    "exist)";
constexpr std::string_view kHba =
    "add a line for this user, database and client address to the server's pg_hba.conf and run "
    "SELECT pg_reload_conf()";
constexpr std::string_view kDatabase = "check database of the target";
constexpr std::string_view kGrants = "grant it as deploy/grants/postgresql.sql does";
constexpr std::string_view kTls =
    "check tls and ca of the target: the server must offer TLS (ssl = on), ca be the authority "
    "that "
    "signed its certificate, and with verify-full the host be a name in it";
constexpr std::string_view kStarting = "the server starts, stops or recovers: it is tried again";
constexpr std::string_view kFull =
    "raise the server's max_connections, or the limit of the role or the database";
constexpr std::string_view kRuns =
    "check host and port, or the socket folder, of the target, and that the server runs";
constexpr std::string_view kPooler =
    "connect to the server itself: unjam's settings do not pass this pooler";

// Words of libpq and of the server (English and Japanese; parts that are not translated where there
// are some), since libpq does not give the SQLSTATE of a refused connection. What is not listed is
// tried again.
constexpr std::array kRefusals{
    Meaning{"no password supplied", ErrorKind::Denied, "set password of the target"},
    Meaning{"password authentication failed", ErrorKind::Denied, kPassword},
    Meaning{"パスワード認証に失敗", ErrorKind::Denied, kPassword},
    Meaning{"pg_hba.conf", ErrorKind::Denied, kHba},
    Meaning{"peer authentication failed", ErrorKind::Denied,
            "on a socket, this server wants the operating system's user to have the role's name: "
            "use host 127.0.0.1 with a password, or map the user in pg_ident.conf"},
    Meaning{"authentication failed", ErrorKind::Denied, kPassword},
    Meaning{"is not permitted to log in", ErrorKind::Denied, "run ALTER ROLE ... LOGIN"},
    Meaning{"permission denied for database", ErrorKind::Denied,
            "run GRANT CONNECT ON DATABASE ... TO the role"},
    Meaning{"unsupported startup parameter", ErrorKind::Unsupported, kPooler},
    Meaning{"unrecognized configuration parameter", ErrorKind::Unsupported,
            "unjam reads PostgreSQL 13 or newer"},
    Meaning{"server does not support SSL", ErrorKind::Denied, kTls},
    Meaning{"certificate verify failed", ErrorKind::Denied, kTls},
    Meaning{"does not match host name", ErrorKind::Denied, kTls},
    Meaning{"could not read root certificate file", ErrorKind::Usage, kTls},
    Meaning{"root certificate file", ErrorKind::Usage, kTls},
    Meaning{"could not translate host name", ErrorKind::Unreachable,
            "check the host of the target"},
    Meaning{"too many c", ErrorKind::Unreachable, kFull},  // clients, connections for role
    Meaning{"remaining connection slots are reserved", ErrorKind::Unreachable, kFull},
    Meaning{"the database system is", ErrorKind::Unreachable, kStarting},
    Meaning{"Connection refused", ErrorKind::Unreachable, kRuns},
    Meaning{"No such file or directory", ErrorKind::Unreachable, kRuns},
    Meaning{"timeout expired", ErrorKind::Unreachable,
            "check host and port of the target, and that no firewall drops packets"},
};
// A database or role that does not exist is told in words that other messages share.
constexpr std::string_view kMissing = "does not exist";
constexpr std::string_view kMissingJapanese = "存在しません";

// https://www.postgresql.org/docs/current/errcodes-appendix.html; whole codes before classes.
constexpr std::array kStates{
    Meaning{"42501", ErrorKind::Denied, kGrants},
    Meaning{"28P01", ErrorKind::Denied, kPassword},
    Meaning{"28", ErrorKind::Denied, kPassword},
    Meaning{"3D000", ErrorKind::Unsupported, kDatabase},
    Meaning{"42P01", ErrorKind::Unsupported, ""},
    Meaning{"42703", ErrorKind::Unsupported,
            "if the server was upgraded, run ALTER EXTENSION pg_stat_statements UPDATE"},
    Meaning{"42883", ErrorKind::Unsupported, ""},
    Meaning{"22", ErrorKind::Unsupported,
            "set database of the target to one whose encoding is UTF8"},
    Meaning{"57014", ErrorKind::Unreachable,
            "the statement was ended; raise the target's statement_timeout if this repeats"},
    Meaning{"55P03", ErrorKind::Unreachable, "somebody holds a lock on it"},
    Meaning{"25P03", ErrorKind::Unreachable, "the server closed an idle connection"},
    Meaning{"57P05", ErrorKind::Unreachable, "the server closed an idle connection"},
    Meaning{"57P01", ErrorKind::Unreachable,
            "the server is shut down, or somebody ended the session"},
    Meaning{"57P", ErrorKind::Unreachable, kStarting},
    Meaning{"53300", ErrorKind::Unreachable, kFull},
    Meaning{"53", ErrorKind::Unreachable, "the server lacks memory or disk space"},
    Meaning{"40", ErrorKind::Unreachable, "it is tried again"},
    Meaning{"08", ErrorKind::Unreachable, "the connection is gone"},
};

/// `value` as libpq's connection strings quote it.
std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + "'";
}

std::string_view sslmode(Tls tls) {
  switch (tls) {
    case Tls::Off:
      return "disable";
    case Tls::Require:
      return "require";
    case Tls::VerifyCa:
      return "verify-ca";
    case Tls::VerifyFull:
      return "verify-full";
  }
  return "verify-full";
}

Error make_error(const ServerAddress& address, ErrorKind kind, std::string_view operation,
                 std::string_view message, std::string_view sqlstate, std::string_view remedy) {
  std::string text = address.display() + ": " + std::string(operation) + " failed: ";
  text += one_line(message);
  if (!sqlstate.empty()) {
    text += " (" + std::string(sqlstate) + ")";
  }
  if (!remedy.empty()) {
    text += "; ";
    text += remedy;
  }
  return {kind, text};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

std::string mark_as_own_pg(std::string_view sql) {
  return std::string(kOwnMark) + " " + std::string(sql) + " " + std::string(kOwnMark);
}

bool is_marked_as_own_pg(std::string_view text) {
  return text.starts_with(kOwnMark) || text.ends_with(kOwnMark);
}

std::string pg_connection_string(const ServerAddress& address, const std::string& certificates) {
  const auto milliseconds = [](Duration duration) {
    return std::to_string(
        std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
  };
  std::vector<std::pair<std::string_view, std::string>> words{
      {"host", address.socket.empty() ? address.host : address.socket},
      {"port", std::to_string(address.effective_port())},
      {"user", address.user},
      {"dbname", address.database.empty() ? "postgres" : address.database},
      {"connect_timeout",
       std::to_string(std::max<std::int64_t>(
           2, std::chrono::ceil<std::chrono::seconds>(address.connect_timeout).count()))},
      {"application_name", "unjam"},
      {"client_encoding", "UTF8"},
      {"sslmode", std::string(sslmode(address.socket.empty() ? address.tls : Tls::Off))},
      // Without it, libpq would first ask for Kerberos wherever there are credentials.
      {"gssencmode", "disable"},
      {"options",
       "-c default_transaction_read_only=on -c search_path=pg_catalog -c jit=off"
       " -c lock_timeout=1s -c idle_in_transaction_session_timeout=1min"
       " -c statement_timeout=" +
           milliseconds(address.statement_timeout)},
  };
  if (!address.password.empty()) {
    words.emplace_back("password", address.password.reveal());
  }
  if (!certificates.empty()) {
    words.emplace_back("sslrootcert", certificates);
  }
  std::string text;
  for (const auto& [key, value] : words) {
    text += text.empty() ? "" : " ";
    text += key;
    text += '=';
    text += quoted(value);
  }
  return text;
}

Error pg_connect_error(const ServerAddress& address, std::string_view message) {
  const auto* const known =
      std::find_if(kRefusals.begin(), kRefusals.end(),
                   [&](const Meaning& each) { return contains(message, each.mark); });
  if (known != kRefusals.end()) {
    return make_error(address, known->kind, "connecting", message, {}, known->remedy);
  }
  if (contains(message, "FATAL") &&
      (contains(message, kMissing) || contains(message, kMissingJapanese))) {
    const bool role = contains(message, "role") || contains(message, "ロール");
    return make_error(address, role ? ErrorKind::Denied : ErrorKind::Unsupported, "connecting",
                      message, {}, role ? kPassword : kDatabase);
  }
  return make_error(address, ErrorKind::Unreachable, "connecting", message, {}, kRuns);
}

Error pg_statement_error(const ServerAddress& address, std::string_view sqlstate,
                         std::string_view message) {
  constexpr std::string_view kOperation = "a statement of unjam";
  if (sqlstate.empty()) {
    return make_error(address, ErrorKind::Unreachable, kOperation, message, {},
                      "the connection is gone");
  }
  const auto* const known = std::find_if(kStates.begin(), kStates.end(), [&](const Meaning& each) {
    return sqlstate.starts_with(each.mark);
  });
  return known == kStates.end()
             ? make_error(address, ErrorKind::Unsupported, kOperation, message, sqlstate, {})
             : make_error(address, known->kind, kOperation, message, sqlstate, known->remedy);
}

}  // namespace unjam
