#include "app/clock.h"
#include "app/command_line.h"
#include "app/output.h"
#include "app/stored_options.h"
#include "unjam/rank/class_report.h"
#include "unjam/report/render_class.h"

#include <string>

namespace unjam {
namespace {

std::string render_class(const ClassReport& described, const Rendering& rendering) {
  switch (rendering.output) {
    case OutputFormat::Json:
      return render_class_json(described);
    case OutputFormat::Markdown:
      return render_class_markdown(described, rendering.language);
    case OutputFormat::Html:
      return render_class_html(described, rendering.language);
    case OutputFormat::Text:
    case OutputFormat::Csv:
      break;
  }
  return render_class_text(described, text_style(rendering));
}

class ShowCommand : public Command {
 public:
  explicit ShowCommand(CLI::App& app)
      : Command(*app.add_subcommand("show", "All about one query class of the recorded history")) {
    command().footer("Example: unjam show 3fa2b1 --since 7d");
    command().add_option("ID", id_, "Fingerprint id, or the begin of one")->required();
    stored_.add_to(command(), {"text", "json", "markdown", "html"});
  }

  int run() override {
    const Rendering rendering = stored_.rendering();
    TopOptions options;
    options.range = stored_.range(system_now());
    options.source = stored_.source();
    options.targets = stored_.targets();
    options.show_literals = stored_.show_literals();
    options.japanese = rendering.language == Language::Japanese;
    const std::unique_ptr<StoreReader> store = stored_.open();
    ClassReport described = describe_class(*store, find_class(*store, id_), options,
                                           [this] { return stored_.linter(); });
    described.report.version = UNJAM_VERSION;
    write_output(render_class(described, rendering));
    flush_output();
    return 0;
  }

 private:
  StoredOptions stored_;
  std::string id_;
};

}  // namespace

std::unique_ptr<Command> add_show(CLI::App& app) { return std::make_unique<ShowCommand>(app); }

}  // namespace unjam
