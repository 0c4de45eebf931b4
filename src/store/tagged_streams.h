// The cold parts of a segment: streams of bytes under a number, each compressed by itself, because
// bytes of one kind share their statistics. Readers skip numbers that they do not know.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// How hard zstd tries; 0: not at all, for what is read again within minutes.
using Effort = int;

class StreamWriter {
 public:
  explicit StreamWriter(Effort effort) : effort_(effort) {}
  /// Empty streams take no room.
  void add(std::uint8_t tag, std::string_view bytes);
  std::string take() { return std::move(blob_); }

 private:
  Effort effort_;
  std::string blob_;
};

/// Throws Error{Corrupt}.
class StreamReader {
 public:
  explicit StreamReader(std::string_view blob);
  /// Empty when there is none. Valid until the reader ends.
  std::string_view find(std::uint8_t tag) const;

 private:
  struct Stream {
    std::uint8_t tag;
    std::string unpacked;
    std::string_view raw;
  };
  std::vector<Stream> streams_;
};

/// One stream alone.
std::string pack_bytes(std::string_view bytes, Effort effort);
std::string unpack_bytes(std::string_view blob);

}  // namespace unjam
