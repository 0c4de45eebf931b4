#include "app/command_line.h"

#include <string>

namespace unjam {
namespace {

class FingerprintCommand : public Command {
 public:
  explicit FingerprintCommand(CLI::App& app)
      : Command(
            *app.add_subcommand("fingerprint", "Fingerprints of statements on standard input")) {
    command().footer("Example: echo 'SELECT 1' | unjam fingerprint --dialect mysql");
    command()
        .add_option("--dialect", dialect_, "mysql, mysql-ansi, mariadb or postgresql")
        ->check(CLI::IsMember({"mysql", "mysql-ansi", "mariadb", "postgresql"}));
    command().add_flag("-0", options_.nul_separated,
                       "Statements are separated by NUL, not by line feed");
    command().add_flag("--jsonl", options_.json_lines, "JSON lines in and out");
    add_rules(command(), options_.rules);
  }
  int run() override {
    options_.dialect = *parse_dialect(dialect_);
    return run_fingerprint(options_);
  }

 private:
  FingerprintOptions options_;
  std::string dialect_ = "mysql";
};

}  // namespace

std::unique_ptr<Command> add_fingerprint(CLI::App& app) {
  return std::make_unique<FingerprintCommand>(app);
}

}  // namespace unjam
