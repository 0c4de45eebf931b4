#include "app/clock.h"
#include "app/command_line.h"
#include "app/doctor_checks.h"
#include "app/output.h"
#include "app/rendering.h"

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

using State = DoctorCheck::State;

class DoctorCommand : public Command {
 public:
  explicit DoctorCommand(CLI::App& app)
      : Command(*app.add_subcommand(
            "doctor", "What works, what is missing, and the statement that mends it")) {
    command().footer("Example: unjam doctor --target shop --fail-on degraded");
    add_config(command(), config_);
    command()
        .add_option("--target", wanted_, "Only this target; may be repeated")
        ->allow_extra_args(false);
    command().add_option("--dsn", dsn_,
                         "Look at this server without a configuration: mysql://user:pw@host:port, "
                         "postgresql://...");
    command()
        .add_option("--fail-on", fail_on_, "Exit 1 if anything is degraded or worse, or missing")
        ->check(CLI::IsMember({"degraded", "missing"}));
    command()
        .add_option("--output", output_, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
    command().add_option("--lang", language_, "en or ja")->check(CLI::IsMember({"en", "ja"}));
    command()
        .add_option("--color", colour_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
  }

  int run() override {
    DoctorReport report = dsn_.empty() ? of_configuration() : of_server();
    report.version = UNJAM_VERSION;
    Rendering rendering;
    rendering.colour = colour_;
    rendering.language = language_ == "ja" ? Language::Japanese : Language::English;
    write_output(output_ == "json" ? render_doctor_json(report)
                                   : render_doctor_text(report, text_style(rendering)));
    flush_output();
    return exit_code(report.worst());
  }

 private:
  int exit_code(State worst) const {
    if (worst == State::Unreachable) {
      return 3;
    }
    const bool fails = (fail_on_ == "degraded" && worst >= State::Degraded) ||
                       (fail_on_ == "missing" && worst >= State::Missing);
    return fails ? 1 : 0;
  }

  DoctorReport of_server() const {
    if (!config_.empty() || !wanted_.empty()) {
      throw Error(ErrorKind::Usage,
                  "--dsn names the server to look at; leave out --config and --target");
    }
    const ServerAddress address = parse_dsn(dsn_);
    DoctorReport report;
    DoctorTarget& target = report.targets.emplace_back();
    check_server_of(address, target);
    target.name = to_string(address.engine);
    return report;
  }

  DoctorReport of_configuration() const {
    const Config config = load_config(config_path(config_), Secrets::Try);
    for (const std::string& name : wanted_) {
      if (std::none_of(config.targets.begin(), config.targets.end(),
                       [&](const TargetConfig& target) { return target.name == name; })) {
        std::vector<std::string> names;
        for (const TargetConfig& target : config.targets) {
          names.push_back(target.name);
        }
        throw Error(ErrorKind::Usage,
                    fmt::format("--target {}: not in the configuration; it has {}", name,
                                fmt::join(names, ", ")));
      }
    }
    // Servers that do not answer take their time; they take it side by side.
    std::vector<std::future<DoctorTarget>> looks;
    for (const TargetConfig& target : config.targets) {
      if (wanted_.empty() ||
          std::find(wanted_.begin(), wanted_.end(), target.name) != wanted_.end()) {
        looks.push_back(std::async(std::launch::async, [&target] { return look_at(target); }));
      }
    }
    DoctorReport report;
    report.service = {check_store(config.store), check_service(config.http)};
    for (std::future<DoctorTarget>& look : looks) {
      report.targets.push_back(look.get());
    }
    return report;
  }

  static DoctorTarget look_at(const TargetConfig& config) {
    DoctorTarget target;
    target.name = config.name;
    std::optional<Engine> engine;
    if (config.address) {
      engine = config.address->engine;
      check_server_of(*config.address, target);
    }
    for (const LogConfig& log : config.logs) {
      target.checks.push_back(check_log(log, engine, system_now()));
    }
    return target;
  }

  std::filesystem::path config_;
  std::vector<std::string> wanted_;
  std::string dsn_;
  std::string fail_on_;
  std::string output_ = "text";
  std::string colour_ = "auto";
  std::string language_ = "en";
};

}  // namespace

std::unique_ptr<Command> add_doctor(CLI::App& app) { return std::make_unique<DoctorCommand>(app); }

}  // namespace unjam
