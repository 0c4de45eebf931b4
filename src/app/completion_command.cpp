#include "app/commands.h"
#include "app/output.h"

#include <string>

#include <CLI/CLI.hpp>

namespace unjam {
namespace {

std::string option_names(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names += " --" + name;
    }
  }
  return names;
}

std::string bash_script(const CLI::App& app) {
  std::string commands;
  std::string cases;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands += " " + command->get_name();
    cases += "    " + command->get_name() + ") words=\"" + option_names(*command) + "\" ;;\n";
  }
  return "_unjam() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} words\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         commands +
         " --help --version\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "  case $current in\n"
         "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _unjam unjam\n";
}

std::string fish_script(const CLI::App& app) {
  std::string script;
  for (const CLI::App* command : app.get_subcommands({})) {
    script += "complete -c unjam -n __fish_use_subcommand -a " + command->get_name() + " -d '" +
              command->get_description() + "'\n";
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        script += "complete -c unjam -n '__fish_seen_subcommand_from " + command->get_name() +
                  "' -l " + name + "\n";
      }
    }
  }
  return script;
}

}  // namespace

int run_completion(const CLI::App& app, const std::string& shell) {
  if (shell == "fish") {
    write_output(fish_script(app));
  } else if (shell == "zsh") {
    write_output("#compdef unjam\nautoload -U +X bashcompinit && bashcompinit\n" +
                 bash_script(app));
  } else {
    write_output(bash_script(app));
  }
  flush_output();
  return 0;
}

}  // namespace unjam
