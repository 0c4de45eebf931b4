// A log file held open for tailing, plain or compressed, and marks of its content: what tells that
// a file is the one that was read before, whatever it is called now.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/log_file.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

/// Some bytes of a file, by their hash.
struct ContentMark {
  static constexpr std::size_t kMaxBytes = 1024;
  std::uint32_t bytes = 0;
  std::uint64_t hash = 0;
  bool operator==(const ContentMark&) const = default;
};

ContentMark mark_of(std::string_view bytes);

struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileId&) const = default;
};

struct FileStatus {
  FileId id;
  std::uint64_t size = 0;  ///< As it lies on disk.
  TimePoint modified;
};

/// nullopt: no such file. Throws Error{Denied, Unreachable}.
std::optional<FileStatus> status_of(const std::string& path);

/// Follows one file through renames and removal. Not thread-safe.
class OpenLog {
 public:
  /// nullptr: no such file. Throws Error{Denied, Unreachable, Unsupported}.
  static std::unique_ptr<OpenLog> open(const std::string& path);
  ~OpenLog();
  OpenLog(const OpenLog&) = delete;
  OpenLog& operator=(const OpenLog&) = delete;

  /// As it was opened, symbolic links resolved.
  const std::string& path() const { return path_; }
  /// Now. Throws Error{Unreachable}.
  FileStatus status() const;
  const FileId& id() const { return id_; }
  /// Nothing is appended to a compressed file.
  bool compressed() const { return compressed_; }

  /// Up to `size` bytes from `offset` of the log's text on; fewer only at its end. A compressed log
  /// is read forwards; going back starts over. Throws Error{Unreachable, Corrupt}.
  std::size_t read_at(std::uint64_t offset, char* to, std::size_t size);
  /// At most ContentMark::kMaxBytes from its beginning.
  std::string head();
  /// The bytes that `mark` was made of stand before `end`.
  bool has(const ContentMark& mark, std::uint64_t end);

 private:
  OpenLog(std::string path, int fd);

  std::string path_;
  int fd_;
  FileId id_;
  bool compressed_ = false;
  std::unique_ptr<LogFile> file_;  ///< Compressed: what stream_ reads.
  std::unique_ptr<ByteSource> stream_;
  std::uint64_t stream_at_ = 0;
};

}  // namespace unjam
