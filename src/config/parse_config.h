// The text of a configuration file to structs; load_config() reads the file, tests and the fuzzer
// come here.
#pragma once

#include "config/rule_files.h"
#include "config/yaml_mapping.h"
#include "unjam/config/config.h"

#include <set>
#include <string>

namespace unjam {

/// `readable_by_all`: what is written in the file is known to every user of the machine. Every key
/// that the file may hold is added to `known` (as "targets.counters.interval") when the file has
/// its mapping.
CheckedConfig parse_config(const RuleFile& file, Secrets secrets, bool readable_by_all = false,
                           std::set<std::string>* known = nullptr);

/// What reading a target needs to know besides its mapping.
struct TargetReading {
  Secrets secrets = Secrets::Read;
  bool readable_by_all = false;
  Mistakes& warnings;  ///< Must outlive the reading.
};

/// One element of `targets`.
TargetConfig read_target(YamlMapping& mapping, const YamlPlace& place,
                         const TargetReading& reading);

}  // namespace unjam
