// Waits until a file may have changed: woken by inotify where the file system tells, after a while
// where it does not (NFS, no inotify left).
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace unjam {

/// Used by one thread.
class DirectoryWatch {
 public:
  /// Watches the folder of `path` for `path`; never throws for lack of inotify.
  explicit DirectoryWatch(const std::string& path);
  ~DirectoryWatch();
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

  /// Returns when something named `path` or its target changed, when `most` is over, or when `stop`
  /// is asked for. Changes are gathered for a moment, so that a busy log wakes a few times a
  /// second only.
  void wait(const std::stop_token& stop, std::chrono::milliseconds most);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
