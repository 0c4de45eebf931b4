// Texts of several lines as the server writes them to a text log: each line but the first behind a
// tab of the server's own. Copies them without.
#pragma once

#include "unjam/lex/shape.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace unjam {

/// Holds the texts of one record; they stay where they are until the next one begins.
class TabbedText {
 public:
  /// Forgets all texts. Together, the next ones have `most` bytes at most.
  void begin(std::size_t most) {
    if (most > capacity_) {
      bytes_ = std::make_unique<char[]>(most + kSlack);
      capacity_ = most;
    }
    end_ = bytes_.get();
  }

  struct Lines {
    std::size_t size = 0;  ///< With the last line feed. 0: the bytes end before, or right there.
    bool continued = false;
    std::size_t text_size = 0;  ///< Without tabs and the last line feed.
  };
  /// Finds the lines at the front of `bytes`: the first one and those that begin with a tab.
  /// kScanPadding readable bytes follow `bytes`.
  Lines take_lines(std::string_view bytes);
  /// The text of what take_lines() has just found; its copy, which is lost otherwise.
  std::string_view keep(const Lines& lines) {
    const std::string_view text(end_, lines.text_size);
    end_ += lines.text_size;
    return text;
  }

  void append(std::string_view bytes) {
    std::memcpy(end_, bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  /// Behind the last byte.
  const char* end() const { return end_; }

 private:
  static constexpr std::size_t kSlack = kScanPadding + 64;  ///< Copies are of blocks.

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  char* end_ = nullptr;
};

}  // namespace unjam
