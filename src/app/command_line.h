// The command line, command by command: each declares its options and runs when it was chosen. One
// file a command (NAME_options.cpp); cli.cpp lists them.
#pragma once

#include "app/commands.h"
#include "unjam/base/time.h"
#include "unjam/config/config.h"

#include <chrono>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

namespace unjam {

/// One command with its options, declared in the constructor.
class Command {
 public:
  /// `subcommand` must outlive the command.
  explicit Command(CLI::App& subcommand) : command_(subcommand) {}
  virtual ~Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  bool chosen() const { return command_.parsed(); }
  /// After parsing. Returns the exit code; throws Error.
  virtual int run() = 0;

 protected:
  CLI::App& command() { return command_; }

 private:
  CLI::App& command_;
};

std::unique_ptr<Command> add_analyze(CLI::App& app);
std::unique_ptr<Command> add_check_config(CLI::App& app);
std::unique_ptr<Command> add_doctor(CLI::App& app);
std::unique_ptr<Command> add_events(CLI::App& app);
std::unique_ptr<Command> add_fingerprint(CLI::App& app);
std::unique_ptr<Command> add_serve(CLI::App& app);
std::unique_ptr<Command> add_show(CLI::App& app);
std::unique_ptr<Command> add_top(CLI::App& app);

/// The options --format, --log-line-prefix, --dialect and --utc-offset, as typed.
struct InputTexts {
  std::string format = "auto";
  std::string prefix;
  std::string dialect;
  std::string utc_offset;

  void add_to(CLI::App& command);
  /// Throws Error{Usage}.
  InputOptions parse() const;
};

/// The options --rules and --enable.
void add_rules(CLI::App& command, RuleOptions& rules);

/// The option --config, for every command that needs the configuration.
void add_config(CLI::App& command, std::filesystem::path& path);
/// `path`, or where find_config() finds it. Throws Error{Usage} when there is none.
std::filesystem::path config_path(const std::filesystem::path& path);

/// A point in time, in the zone `utc_offset` if it names none, or an age before now. Throws
/// Error{Usage} that names `option`.
TimePoint parse_moment(const std::string& option, const std::string& text,
                       const std::string& utc_offset);

}  // namespace unjam
