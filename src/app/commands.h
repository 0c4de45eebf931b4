// The commands of the unjam binary. Each returns its exit code; Error leaves them for main.
#pragma once

#include "app/analysis.h"
#include "app/rendering.h"
#include "unjam/rank/heaviest.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace unjam {

/// Rules that every command that normalises takes.
struct RuleOptions {
  std::filesystem::path directory;  ///< Empty: the rules compiled in.
  std::vector<std::string> enable;
};

struct AnalyzeOptions {
  std::vector<std::string> paths;
  AnalysisOptions analysis;
  RuleOptions rules;
  RankOptions rank;
  std::string group_by = "fingerprint";
  std::string match;
  OutputFormat output = OutputFormat::Text;
  Language language = Language::English;
  std::string colour = "auto";
  std::string fail_on;
};
int run_analyze(AnalyzeOptions options);

struct EventsOptions {
  std::vector<std::string> paths;
  InputOptions input;
  RuleOptions rules;
  bool mask = false;
};
int run_events(const EventsOptions& options);

struct FingerprintOptions {
  Dialect dialect = Dialect::MySql;
  RuleOptions rules;
  bool nul_separated = false;
  bool json_lines = false;
};
int run_fingerprint(const FingerprintOptions& options);

/// Reads and checks a configuration with what it refers to, and says every mistake on standard
/// error, one a line. 0: right; 2: there are mistakes.
int run_check_config(const std::filesystem::path& path);

/// Runs the background service until SIGTERM or SIGINT; SIGHUP reloads. For the whole process.
int run_serve(const std::filesystem::path& path);

/// Prints a completion script for "bash", "zsh" or "fish", made from the command line's own
/// definition.
int run_completion(const CLI::App& app, const std::string& shell);

/// The whole program: parses, runs, translates errors to exit codes.
int run_cli(int argc, const char* const* argv);

}  // namespace unjam
