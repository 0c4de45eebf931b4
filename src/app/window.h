// The bytes between a source and a log reader: what was read and not yet used.
#pragma once

#include "unjam/collect/log_file.h"
#include "unjam/collect/log_reader.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>

namespace unjam {

class WindowBuffer {
 public:
  /// `begin`: offset in the log of the first byte that `source` gives.
  WindowBuffer(ByteSource& source, std::uint64_t begin);

  /// Reads until the buffer is full or the source ends. Grows the buffer if it is full already.
  /// What the source throws ends it too; rethrow_failure() throws it when the bytes before it are
  /// used.
  void fill();
  void rethrow_failure() const;
  /// Forgets the first `count` bytes.
  void drop(std::size_t count);

  std::string_view bytes() const { return {data_.get() + first_, size_}; }
  bool at_end() const { return at_end_; }
  /// Offset in the log of bytes()[0].
  std::uint64_t offset() const { return offset_; }

 private:
  ByteSource& source_;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::uint64_t offset_;
  bool at_end_ = false;
  std::exception_ptr failure_;
};

/// Drives `reader` until the next record starts at or after log offset `stop`, or the log ends;
/// returns the offset of that record. Throws what the source throws, after the records before it.
std::uint64_t feed(WindowBuffer& buffer, LogReader& reader, EventSink& sink,
                   std::uint64_t stop = UINT64_MAX);

}  // namespace unjam
