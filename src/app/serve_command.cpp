// The service and what reaches it from outside: signals and systemd.
#include "app/command_line.h"
#include "app/service.h"
#include "app/service_log.h"
#include "app/systemd.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include <signal.h>

namespace unjam {
namespace {

// systemd and people lose patience after a while; containers give ten seconds.
constexpr Duration kStopPatience = std::chrono::seconds(4);

/// Signals that are waited for instead of interrupting, in every thread that is made afterwards.
sigset_t hold_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    sigaddset(&signals, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A reader of /metrics that goes away is no reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  // Nor is a limit on the size of files: a write that fails is tried again.
  std::signal(SIGXFSZ, SIG_IGN);
  return signals;
}

/// 0: none came within a second.
int next_signal(const sigset_t& signals) {
  const std::timespec second{1, 0};
  const int signal = sigtimedwait(&signals, nullptr, &second);
  return signal < 0 ? 0 : signal;
}

class ServeCommand : public Command {
 public:
  explicit ServeCommand(CLI::App& app)
      : Command(*app.add_subcommand("serve", "The background service: collects, stores, answers")) {
    command().footer(
        "SIGHUP reloads the configuration; SIGTERM stops.\n"
        "Example: unjam serve --config /etc/unjam/unjam.yaml");
    add_config(command(), path_);
  }
  int run() override { return run_serve(config_path(path_)); }

 private:
  std::filesystem::path path_;
};

}  // namespace

int run_serve(const std::filesystem::path& path) {
  const sigset_t signals = hold_signals();
  start_log(LogLevel::Info);
  log_event(LogLevel::Info, "unjam begins",
            {{"version", UNJAM_VERSION}, {"config", path.string()}});
  Service service(path);
  std::string told = service.summary();
  tell_systemd(Phase::Ready, told);
  const std::optional<Duration> watchdog = watchdog_interval();
  auto last_fed = std::chrono::steady_clock::now();
  while (true) {
    const int signal = next_signal(signals);
    if (signal == SIGTERM || signal == SIGINT) {
      break;
    }
    if (signal == SIGHUP) {
      tell_systemd(Phase::Reloading, "reloading");
      service.reload();
      tell_systemd(Phase::Ready, service.summary());
    }
    service.tend();
    if (std::string summary = service.summary(); summary != told) {
      tell_status(summary);
      told = std::move(summary);
    }
    const auto now = std::chrono::steady_clock::now();
    if (watchdog && now - last_fed >= *watchdog / 3 && service.alive()) {
      feed_watchdog();
      last_fed = now;
    }
  }
  log_event(LogLevel::Info, "stopping");
  tell_systemd(Phase::Stopping, "stopping");
  const bool clean = service.stop(kStopPatience);
  log_event(LogLevel::Info, "stopped");
  if (!clean) {
    // A thread that hangs in a system call would keep the process for as long.
    std::_Exit(0);
  }
  return 0;
}

std::unique_ptr<Command> add_serve(CLI::App& app) { return std::make_unique<ServeCommand>(app); }

}  // namespace unjam
