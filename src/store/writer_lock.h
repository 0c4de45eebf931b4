// One service per store: a lock on a file beside it, which ends with the process.
#pragma once

#include <filesystem>

namespace unjam {

class WriterLock {
 public:
  /// Locks "STORE.lock". Throws Error: Unreachable when another process holds it, Denied.
  explicit WriterLock(const std::filesystem::path& store);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace unjam
