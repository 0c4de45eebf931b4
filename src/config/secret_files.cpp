#include "config/secret_files.h"

#include "config/config_values.h"
#include "config/server_values.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

constexpr std::streamsize kLongestPassword = 4096;
constexpr std::array<std::string_view, 4> kKeys = {"password_file", "password_env",
                                                   "password_credential", "password"};

// NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment.
const char* variable(const std::string& name) { return std::getenv(name.c_str()); }

/// The first line of `path`; what follows it is a mistake, as is a file that others may read.
Secret read_secret_file(YamlMapping& mapping, std::string_view key, const fs::path& path,
                        bool check_rights) {
  const std::string name = in_quotes(path.string());
  const auto refuse = [&](std::string_view why) {
    mapping.mistake_at(key, fmt::format("{}: {} {}", in_quotes(key), name, why));
    return Secret();
  };
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (status.type() == fs::file_type::not_found) {
    return refuse("does not exist; write the password into it and let only unjam read it");
  }
  if (failure) {
    return refuse("cannot be read: " + failure.message());
  }
  if (status.type() != fs::file_type::regular) {
    return refuse("is not a file");
  }
  if (check_rights && (status.permissions() & fs::perms::others_read) != fs::perms::none) {
    return refuse(fmt::format("can be read by every user; chmod o= {}", path.string()));
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return refuse(
        fmt::format("cannot be read by this user: {}; give it to the user that unjam "
                    "runs as",
                    std::generic_category().message(errno)));
  }
  std::string text(static_cast<std::size_t>(kLongestPassword) + 1, '\0');
  stream.read(text.data(), kLongestPassword + 1);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  if (text.ends_with('\r')) {
    text.pop_back();
  }
  if (text.empty()) {
    return refuse("is empty; write the password into it");
  }
  if (text.size() > static_cast<std::size_t>(kLongestPassword) || !is_plain(text)) {
    return refuse("holds more than one line of text; write only the password into it");
  }
  return Secret(std::move(text));
}

Secret read_environment(YamlMapping& mapping, Secrets secrets) {
  const std::string name = mapping.required_text("password_env");
  if (name.empty() || secrets == Secrets::Skip) {
    return {};
  }
  const char* value = variable(name);
  if (value == nullptr || *value == '\0') {
    mapping.mistake_at("password_env", fmt::format("'password_env': the environment has no {}; set "
                                                   "it, in the unit with EnvironmentFile=",
                                                   in_quotes(name)));
    return {};
  }
  return Secret(value);
}

Secret read_credential(YamlMapping& mapping, const YamlPlace& place, Secrets secrets,
                       Mistakes& warnings) {
  const std::string name = mapping.required_text("password_credential");
  if (name.find('/') != std::string::npos || name == "." || name == ".." || !is_plain(name)) {
    mapping.mistake_at("password_credential",
                       "'password_credential' is the name of a credential, not a path");
    return {};
  }
  if (name.empty() || secrets == Secrets::Skip) {
    return {};
  }
  const char* folder = variable("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') {
    if (secrets == Secrets::Try) {
      warnings.add(place.file, mapping.line(),
                   fmt::format("the credential {} could not be checked: only the service is given "
                               "it",
                               in_quotes(name)));
    } else {
      mapping.mistake_at("password_credential",
                         fmt::format("'password_credential': systemd gave no credentials; add "
                                     "LoadCredential={}:/path/of/the/file to the unit",
                                     name));
    }
    return {};
  }
  // systemd hands them out readable by the service alone.
  return read_secret_file(mapping, "password_credential", fs::path(folder) / name, false);
}

}  // namespace

Secret read_password(YamlMapping& mapping, const YamlPlace& place, Secrets secrets,
                     bool readable_by_all, Mistakes& warnings) {
  std::vector<std::string_view> given;
  for (const std::string_view key : kKeys) {
    if (mapping.has(key)) {
      given.push_back(key);
    }
  }
  if (given.size() > 1) {
    mapping.mistake_at(given[1],
                       fmt::format("{} are given together; keep one", fmt::join(given, " and ")));
  }
  Secret password;
  if (const auto path = read_path(mapping, "password_file"); path && secrets != Secrets::Skip) {
    password = read_secret_file(mapping, "password_file", *path, true);
  }
  if (mapping.has("password_env")) {
    password = read_environment(mapping, secrets);
  }
  if (mapping.has("password_credential")) {
    password = read_credential(mapping, place, secrets, warnings);
  }
  if (mapping.has("password")) {
    password = Secret(mapping.required_text("password"));
    if (readable_by_all) {
      mapping.mistake_at("password",
                         fmt::format("'password' stands in a file that every user can read; move "
                                     "it to a password_file, or chmod o= {}",
                                     place.file));
    } else {
      warnings.add(place.file, mapping.line(),
                   "'password' stands in the configuration; better move it to a password_file");
    }
  }
  for (const std::string_view key : kKeys) {
    mapping.ignore(key);
  }
  return password;
}

}  // namespace unjam
