#include "app/command_line.h"

#include <string>

namespace unjam {
namespace {

class EventsCommand : public Command {
 public:
  explicit EventsCommand(CLI::App& app)
      : Command(*app.add_subcommand("events", "Print every record of a log as a JSON line")) {
    command().footer("Example: unjam events slow.log | jq 'select(.query_time_us > 1e6)'");
    command()
        .add_option("FILE", options_.paths, "Logs of any supported format; - is standard input")
        ->required();
    input_.add_to(command());
    add_rules(command(), options_.rules);
    command().add_flag("--mask", options_.mask,
                       "Replace literals and leave out parameters and plans");
  }
  int run() override {
    options_.input = input_.parse();
    return run_events(options_);
  }

 private:
  EventsOptions options_;
  InputTexts input_;
};

}  // namespace

std::unique_ptr<Command> add_events(CLI::App& app) { return std::make_unique<EventsCommand>(app); }

}  // namespace unjam
