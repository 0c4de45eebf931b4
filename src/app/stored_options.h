// The options that the commands share which look at the store: where it is, of whom and when, and
// how the answer looks.
#pragma once

#include "app/commands.h"
#include "app/rendering.h"
#include "unjam/config/config.h"
#include "unjam/rank/lint.h"
#include "unjam/store/store.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace unjam {

class StoredOptions {
 public:
  /// Adds --config, --store, --target, --since, --until, --source, --show-literals, --rules,
  /// --output (`outputs`), --lang and --color.
  void add_to(CLI::App& command, const std::vector<std::string>& outputs);

  /// The store of --store or of the configuration. Throws Error.
  std::unique_ptr<StoreReader> open();

  /// From --since (24 hours ago) to --until (`now`). Throws Error{Usage}.
  TimeRange range(TimePoint now) const;
  std::optional<Source> source() const;
  Rendering rendering() const;
  /// Loaded at the first call.
  const Linter* linter();

  const std::vector<std::string>& targets() const { return targets_; }
  bool show_literals() const { return show_literals_; }
  const RuleOptions& rules() const { return rules_; }
  /// Any of those that choose a store or a period was given.
  bool chooses_store() const;

 private:
  std::filesystem::path config_;
  std::filesystem::path store_;
  std::vector<std::string> targets_;
  std::string since_;
  std::string until_;
  std::string source_ = "auto";
  std::string output_ = "text";
  std::string language_ = "en";
  std::string colour_ = "auto";
  bool show_literals_ = false;
  RuleOptions rules_;
  std::optional<Linter> linter_;
};

/// --output as typed.
OutputFormat parse_output(const std::string& name);

}  // namespace unjam
