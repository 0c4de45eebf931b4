// Values of the configuration that carry a unit.
#pragma once

#include "config/yaml_mapping.h"
#include "unjam/base/time.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace unjam {

/// "500ms", "10s", "15m", "24h", "7d", "2w", from `least` to `most`.
std::optional<Duration> read_duration(YamlMapping& mapping, std::string_view key, Duration least,
                                      Duration most);

/// "512MB", "2GB": a MB is 1024 KB, as in PostgreSQL's settings. From `least` to `most`.
std::optional<std::uint64_t> read_size(YamlMapping& mapping, std::string_view key,
                                       std::uint64_t least, std::uint64_t most);

/// "Z", "+09:00", "-05:30".
std::optional<std::chrono::seconds> read_utc_offset(YamlMapping& mapping, std::string_view key);

/// A path from the root: where a service runs is nobody's business.
std::optional<std::filesystem::path> read_path(YamlMapping& mapping, std::string_view key);

/// The shortest of read_duration's spellings, for messages.
std::string duration_text(Duration duration);

}  // namespace unjam
