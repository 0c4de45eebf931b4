#include "app/command_line.h"
#include "app/output.h"
#include "unjam/config/rules.h"
#include "unjam/normalize/normalizer.h"

#include <string>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

std::string describe(const TargetConfig& target) {
  std::vector<std::string> parts;
  if (target.address) {
    parts.push_back(target.address->display());
    if (target.counters.enabled) {
      parts.push_back(fmt::format("counters every {} s",
                                  std::chrono::duration<double>(target.counters.interval).count()));
    }
    if (target.slow_log_table) {
      parts.emplace_back("mysql.slow_log");
    }
  }
  for (const LogConfig& log : target.logs) {
    parts.push_back(log.path.string());
  }
  return fmt::format("  {}: {}\n", target.name, fmt::join(parts, ", "));
}

class CheckConfigCommand : public Command {
 public:
  explicit CheckConfigCommand(CLI::App& app)
      : Command(*app.add_subcommand("check-config", "Check a configuration file")) {
    command().footer("Example: unjam check-config --config /etc/unjam/unjam.yaml");
    add_config(command(), path_);
  }
  int run() override { return run_check_config(config_path(path_)); }

 private:
  std::filesystem::path path_;
};

}  // namespace

int run_check_config(const std::filesystem::path& path) {
  const CheckedConfig checked = check_config(path, Secrets::Try);
  for (const std::string& warning : checked.warnings) {
    report_failure("warning: " + warning);
  }
  for (const std::string& mistake : checked.mistakes) {
    report_failure(mistake);
  }
  if (!checked.mistakes.empty()) {
    return exit_code_of(ErrorKind::Usage);
  }
  const Config& config = checked.config;
  const Normalizer normalizer(load_normalize_rules(config.rules), config.enable_rules);
  load_lint_rules(config.rules);
  std::string text = fmt::format("{}: right, {} target{}\n", path.string(), config.targets.size(),
                                 config.targets.size() == 1 ? "" : "s");
  for (const TargetConfig& target : config.targets) {
    text += describe(target);
  }
  write_output(text);
  flush_output();
  return 0;
}

std::unique_ptr<Command> add_check_config(CLI::App& app) {
  return std::make_unique<CheckConfigCommand>(app);
}

}  // namespace unjam
