#include "unjam/config/config.h"

#include <array>
#include <cstdlib>
#include <system_error>

namespace unjam {

std::optional<std::filesystem::path> find_config() {
  std::vector<std::filesystem::path> places = {"/etc/unjam/unjam.yaml"};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment.
  const auto variable = [](const char* name) { return std::getenv(name); };
  if (const char* own = variable("XDG_CONFIG_HOME"); own != nullptr && *own != '\0') {
    places.push_back(std::filesystem::path(own) / "unjam/unjam.yaml");
  } else if (const char* home = variable("HOME"); home != nullptr && *home != '\0') {
    places.push_back(std::filesystem::path(home) / ".config/unjam/unjam.yaml");
  }
  for (const std::filesystem::path& place : places) {
    std::error_code failure;
    // What may not be looked at exists as far as we know; reading it then says what is wrong.
    if (std::filesystem::exists(place, failure) || failure) {
      return place;
    }
  }
  return std::nullopt;
}

}  // namespace unjam
