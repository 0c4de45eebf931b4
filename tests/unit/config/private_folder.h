// A folder for one test, whose files have the rights that the test wants.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace unjam {

class PrivateFolder {
 public:
  PrivateFolder() : path_(std::filesystem::temp_directory_path() / "unjam-config-XXXXXX") {
    std::string name = path_.string();
    path_ = mkdtemp(name.data());
  }
  ~PrivateFolder() { std::filesystem::remove_all(path_); }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  std::filesystem::path write(
      const std::string& name, const std::string& text,
      std::filesystem::perms rights = std::filesystem::perms::owner_read |
                                      std::filesystem::perms::owner_write) const {
    const std::filesystem::path path = path_ / name;
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, rights);
    return path;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace unjam
