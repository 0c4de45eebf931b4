// Log files as byte streams: plain, gzip and zstd, by content; and standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace unjam {

/// Pulled by one thread; a compressed source decompresses ahead on a thread of its own.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes; 0 only at the end. Throws Error{Unreachable, Corrupt}.
  virtual std::size_t read(char* to, std::size_t size) = 0;
};

/// An input that is open. What is appended to a plain file after it was opened is not read.
class LogFile {
 public:
  /// "-" is standard input. Throws Error{Unreachable, Denied} when it cannot be opened.
  explicit LogFile(std::string path);
  ~LogFile();
  LogFile(LogFile&&) noexcept;
  LogFile& operator=(LogFile&&) noexcept;

  const std::string& path() const;
  /// A plain file, not compressed: ranges of it can be read independently.
  bool seekable() const;
  /// Bytes of the file when it was opened, compressed if it is; 0 when not known.
  std::uint64_t size() const;

  /// Bytes [begin, end) of a seekable file. The LogFile must outlive it. Thread-safe.
  std::unique_ptr<ByteSource> range(std::uint64_t begin, std::uint64_t end) const;
  /// The whole input, decompressed; once only. The LogFile must outlive it.
  std::unique_ptr<ByteSource> stream();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
