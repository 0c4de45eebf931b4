// Numbers to bytes and back, for what the store keeps. Reading is total: damaged bytes end in
// Error{Corrupt}.
#pragma once

#include "unjam/base/bytes.h"
#include "unjam/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace unjam {

[[noreturn]] inline void throw_damaged(const char* what) {
  throw Error(ErrorKind::Corrupt, std::string("a stored segment is damaged (") + what +
                                      "): move the file aside and restart, unjam begins a new one");
}

/// The low `width` bytes of `value`, little endian.
inline void append_fixed(std::string& to, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) {
    to.push_back(static_cast<char>(value >> (8 * i)));
  }
}

/// LEB128.
inline void append_varint(std::string& to, std::uint64_t value) {
  while (value >= 0x80) {
    to.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  to.push_back(static_cast<char>(value));
}

inline void append_text(std::string& to, std::string_view text) {
  append_varint(to, text.size());
  to.append(text);
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes(1).front());
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    throw_damaged("a number without end");
  }

  /// Eight bytes at once: most of what is packed with a wanted row is unwanted.
  void skip_varints(std::uint64_t count) {
    constexpr std::uint64_t kContinued = 0x8080808080808080;
    std::size_t place = 0;
    while (count >= sizeof(std::uint64_t) && rest_.size() - place >= sizeof(std::uint64_t)) {
      // Of each byte that ends a number, the lowest bit; their sum lands in the highest byte.
      const std::uint64_t ends = (~load_eight(rest_.data() + place) & kContinued) >> 7;
      count -= (ends * 0x0101010101010101) >> 56;
      place += sizeof(std::uint64_t);
    }
    rest_.remove_prefix(place);
    for (; count > 0; --count) {
      while ((static_cast<unsigned char>(bytes(1).front()) & 0x80) != 0) {
      }
    }
  }

  std::uint64_t fixed(unsigned width) {
    const std::string_view field = bytes(width);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(field[i])) << (8 * i);
    }
    return value;
  }

  std::string_view bytes(std::uint64_t count) {
    if (count > rest_.size()) {
      throw_damaged("it ends too soon");
    }
    const std::string_view front = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return front;
  }

  std::string_view text() { return bytes(varint()); }

 private:
  std::string_view rest_;
};

}  // namespace unjam
