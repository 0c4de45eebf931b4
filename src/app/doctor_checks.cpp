#include "app/doctor_checks.h"

#include "unjam/base/error.h"
#include "unjam/collect/log_file.h"
#include "unjam/collect/log_reader.h"
#include "unjam/collect/statement_counters.h"
#include "unjam/drivers/session.h"
#include "unjam/serve/service_probe.h"
#include "unjam/store/store.h"

#include <cerrno>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

namespace unjam {
namespace {

using State = DoctorCheck::State;

constexpr std::size_t kHeadBytes = std::size_t{256} * 1024;
constexpr Duration kSilent = std::chrono::hours(1);

State state_of(ServerCheck::State state) {
  switch (state) {
    case ServerCheck::State::Ok:
      return State::Ok;
    case ServerCheck::State::Degraded:
      return State::Degraded;
    case ServerCheck::State::Missing:
      return State::Missing;
  }
  return State::Missing;
}

/// `message` is "on what: why; the remedy": in its parts.
DoctorCheck failed(State state, std::string what, std::string lost, std::string_view message,
                   std::string_view subject) {
  if (message.starts_with(subject) && message.substr(subject.size()).starts_with(": ")) {
    message.remove_prefix(subject.size() + 2);
  }
  const std::size_t end = message.rfind("; ");
  DoctorCheck check{state, std::move(what), std::move(lost), "",
                    std::string(message.substr(0, end))};
  if (end != std::string_view::npos) {
    check.mend = message.substr(end + 2);
  }
  return check;
}

void measure_poll(Session& session, DoctorTarget& target) {
  try {
    const std::unique_ptr<CounterSource> source = make_counter_source(session);
    const std::size_t entries = source->poll().rows.size();
    // The first poll reads texts, too; what one cost the server is told by the next.
    const auto begin = std::chrono::steady_clock::now();
    source->poll();
    const auto time =
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
    target.poll = {source->poll().server_time, time, entries};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Unreachable) {
      throw;
    }
    // Why not is among the checks already, unless they see less than a poll does.
    for (const DoctorCheck& check : target.checks) {
      if (check.state == State::Missing) {
        return;
      }
    }
    target.checks.push_back(failed(State::Missing, "reads its counters",
                                   "the numbers of every execution", error.what(), target.address));
  }
}

std::string silent_remedy(std::optional<Engine> engine) {
  if (!engine) {
    return "Does the server log slow statements, and to this file?";
  }
  if (*engine == Engine::PostgreSql) {
    return "ALTER SYSTEM SET log_min_duration_statement = '500ms';\nSELECT pg_reload_conf();\nSHOW "
           "log_directory; -- is it this file's folder?";
  }
  return "SET GLOBAL slow_query_log = ON;\nSET GLOBAL long_query_time = 0.5;\nSHOW GLOBAL "
         "VARIABLES "
         "LIKE 'slow_query_log_file'; -- is it this file?";
}

std::string bytes_text(std::uintmax_t bytes) {
  constexpr double kMega = 1e6;
  return bytes < 1'000'000 ? fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3)
                           : fmt::format("{:.1f} MB", static_cast<double>(bytes) / kMega);
}

std::string age_text(Duration age) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  return seconds < 120      ? fmt::format("{} s", seconds)
         : seconds < 7200   ? fmt::format("{} min", seconds / 60)
         : seconds < 172800 ? fmt::format("{} h", seconds / 3600)
                            : fmt::format("{} days", seconds / 86400);
}

std::string head_of(const std::string& path) {
  LogFile file(path);
  const std::unique_ptr<ByteSource> source = file.stream();
  std::string head(kHeadBytes, '\0');
  std::size_t filled = 0;
  while (filled < head.size()) {
    const std::size_t got = source->read(head.data() + filled, head.size() - filled);
    if (got == 0) {
      break;
    }
    filled += got;
  }
  head.resize(filled);
  return head;
}

}  // namespace

void check_server_of(const ServerAddress& address, DoctorTarget& target) {
  target.address = address.display();
  try {
    const std::unique_ptr<Session> session = connect(address);
    target.server = session->version().text;
    target.checks.push_back({State::Ok, "connects as " + address.user, "", "", ""});
    for (ServerCheck& check : check_server(*session)) {
      target.checks.push_back({state_of(check.state), std::move(check.what), std::move(check.lost),
                               std::move(check.mend), ""});
    }
    measure_poll(*session, target);
  } catch (const Error& error) {
    target.checks.push_back(failed(State::Unreachable, "connects as " + address.user,
                                   "everything that the server tells itself", error.what(),
                                   target.address));
  } catch (const std::exception& error) {
    target.checks.push_back(failed(State::Unreachable, "connects as " + address.user,
                                   "everything that the server tells itself", error.what(),
                                   target.address));
  }
}

DoctorCheck check_log(const LogConfig& log, std::optional<Engine> engine, TimePoint now) {
  const std::string path = log.path.string();
  const std::string lost = "everything that this log tells: samples, tags, users, errors";
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) {
    return {State::Missing, "reads log " + path, lost, silent_remedy(engine),
            std::generic_category().message(errno)};
  }
  std::string format;
  try {
    const std::string head = head_of(path);
    const auto detected = detect_log_format(head);
    if (log.format) {
      format = *log.format;
    } else if (detected) {
      format = to_string(detected->format);
    } else if (!head.empty()) {
      return {State::Missing, "reads log " + path, lost,
              "set `format` and, for PostgreSQL, `log_line_prefix` of this log",
              fmt::format("not a log that unjam reads ({})", describe_unknown_format(head))};
    }
  } catch (const Error& error) {
    DoctorCheck check = failed(State::Missing, "reads log " + path, lost, error.what(), path);
    if (error.kind() == ErrorKind::Denied) {
      check.mend = fmt::format(
          "setfacl -m u:unjam:r {0}\nsetfacl -d -m u:unjam:r {1}\n# or add unjam to the group that "
          "may read it",
          path, log.path.parent_path().string());
    }
    return check;
  }
  const TimePoint written{std::chrono::seconds(file.st_mtim.tv_sec)};
  const Duration age = std::max(now - written, Duration(0));
  const std::string what = fmt::format(
      "log {} is written to ({}{}, last {} ago)", path, format.empty() ? "" : format + ", ",
      bytes_text(static_cast<std::uintmax_t>(std::max<off_t>(file.st_size, 0))), age_text(age));
  if (file.st_size == 0 || age > kSilent) {
    return {State::Degraded, what, "what happens now, if the server logs elsewhere or not at all",
            silent_remedy(engine), ""};
  }
  return {State::Ok, what, "", "", ""};
}

DoctorCheck check_store(const StoreConfig& store) {
  const std::string path = store.path.string();
  try {
    const std::unique_ptr<StoreReader> reader = open_store_reader(store.path);
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(store.path, error);
    return {State::Ok,
            fmt::format("reads store {} ({} of at most {})", path,
                        error ? "size not known" : bytes_text(bytes), bytes_text(store.max_bytes)),
            "", "", ""};
  } catch (const Error& error) {
    return failed(State::Missing, "reads store " + path,
                  "the history: unjam top and show have nothing", error.what(), "store " + path);
  }
}

DoctorCheck check_service(const HttpConfig& http) {
  if (!http.enabled) {
    return {State::Degraded, "service can be asked (http.enabled)", "whether it runs, its metrics",
            "http:\n  enabled: true", ""};
  }
  const std::string where = fmt::format("{}:{}", http.address, http.port);
  const auto answer = ask_readiness(http);
  if (!answer) {
    return {State::Missing, "service answers on " + where, "nothing is recorded",
            "systemctl start unjam    # or: unjam serve", ""};
  }
  if (answer->status == 200) {
    return {State::Ok, "service works, on " + where, "", "", ""};
  }
  return {State::Degraded, "all of the service works, on " + where, "what is named here", "",
          answer->body};
}

}  // namespace unjam
