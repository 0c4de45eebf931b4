#include "config/rule_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kKinds = {"lint", "normalize"};

// Rules are written by people; a larger file is not a rule file and would only cost memory.
constexpr std::uintmax_t kLargestFile = 4'000'000;

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// Without this, a misspelt folder name would silently mean "use the rules compiled in".
void check_shape(const fs::path& directory, Mistakes& mistakes) {
  std::error_code failure;
  bool has_kind = false;
  fs::directory_iterator entries(directory, failure);
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure)) {
    const fs::path& path = entries->path();
    const std::string name = path.filename().string();
    if (name.starts_with('.')) {
      continue;
    }
    std::error_code ignored;
    const bool is_folder = entries->is_directory(ignored);
    const bool is_kind = std::find(kKinds.begin(), kKinds.end(), name) != kKinds.end();
    if (is_folder && is_kind) {
      has_kind = true;
    } else if (is_folder || is_yaml(path)) {
      mistakes.add(path.string(), 0,
                   "unexpected here; rules live in the folders lint and normalize");
    }
  }
  if (failure) {
    mistakes.add(directory.string(), 0, "cannot read the rules directory: " + failure.message());
  } else if (!has_kind && mistakes.empty()) {
    mistakes.add(directory.string(), 0, "holds neither a folder lint nor a folder normalize");
  }
}

void read_file(const fs::path& path, std::vector<RuleFile>& files, Mistakes& mistakes) {
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path, failure);
  if (!failure && size > kLargestFile) {
    mistakes.add(path.string(), 0,
                 fmt::format("larger than the {} bytes a rule file may have", kLargestFile));
    return;
  }
  std::ifstream stream(path, std::ios::binary);
  if (failure || !stream) {
    const std::string reason = failure ? failure.message() : std::generic_category().message(errno);
    mistakes.add(path.string(), 0, "cannot read: " + reason);
    return;
  }
  files.push_back({path.string(), std::string(std::istreambuf_iterator<char>(stream), {})});
}

}  // namespace

std::optional<std::vector<RuleFile>> read_rule_files(const fs::path& directory,
                                                     std::string_view kind, Mistakes& mistakes) {
  std::vector<RuleFile> files;
  check_shape(directory, mistakes);
  if (!mistakes.empty()) {
    return files;
  }
  const fs::path folder = directory / kind;
  std::error_code failure;
  if (!fs::exists(folder, failure)) {
    return std::nullopt;
  }
  std::vector<fs::path> paths;
  fs::directory_iterator entries(folder, failure);
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure)) {
    const fs::path& path = entries->path();
    if (is_yaml(path) && !path.filename().string().starts_with('.')) {
      paths.push_back(path);
    }
  }
  if (failure) {
    mistakes.add(folder.string(), 0, "cannot read the folder: " + failure.message());
    return files;
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    read_file(path, files, mistakes);
  }
  return files;
}

}  // namespace unjam
