// Passwords that the configuration refers to. No message ever holds one.
#pragma once

#include "config/yaml_mapping.h"
#include "unjam/config/config.h"
#include "unjam/config/server_address.h"

namespace unjam {

/// Reads what `password`, `password_file`, `password_env` or `password_credential` of a target
/// gives; empty when none does. `readable_by_all`: the file that holds `mapping` is.
Secret read_password(YamlMapping& mapping, const YamlPlace& place, Secrets secrets,
                     bool readable_by_all, Mistakes& warnings);

}  // namespace unjam
