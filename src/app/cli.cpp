#include "app/command_line.h"
#include "app/output.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace unjam {

int run_cli(int argc, const char* const* argv) {
  CLI::App app("unjam finds the queries that jam a database.", "unjam");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("unjam ") + UNJAM_VERSION);
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto add : {add_analyze, add_check_config, add_doctor, add_events, add_fingerprint,
                         add_serve, add_show, add_top}) {
    commands.push_back(add(app));
  }
  CLI::App* version =
      app.add_subcommand("version", "Print the version")->footer("Example: unjam version");
  CLI::App* completion =
      app.add_subcommand("completion", "Print a shell completion script")
          ->footer("Example: unjam completion bash > /etc/bash_completion.d/unjam");
  std::string shell;
  completion->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    report_failure(fmt::format("no command {}; there are {}", argv[1], fmt::join(names, ", ")));
    return 2;
  }
  try {
    app.parse(argc, argv);
    for (const std::unique_ptr<Command>& command : commands) {
      if (command->chosen()) {
        return command->run();
      }
    }
    if (version->parsed()) {
      write_output(std::string("unjam ") + UNJAM_VERSION + '\n');
      flush_output();
      return 0;
    }
    return run_completion(app, shell);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      return app.exit(error);
    }
    report_failure(std::string(error.what()) + "; see unjam --help");
    return 2;
  } catch (const Error& error) {
    report_failure(error.what());
    return exit_code_of(error.kind());
  } catch (const std::exception& error) {
    report_failure(std::string("internal error: ") + error.what());
    return 4;
  }
}

}  // namespace unjam
