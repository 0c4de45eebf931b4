// One fast pass over statement text: where it ends, whether it is closed, and a hash of its shape.
//
// The shape is what is left of a statement when the bytes are removed that a fingerprint cannot
// see: the inside of literals, digits of numbers, comments, repeated list elements. The property
// that everything rests on: two texts with the same shape have the same fingerprint. (The reverse
// need not hold: a shape may be finer.) So a shape is a cache key for fingerprints, and normalising
// a known shape costs a hash instead of a tokeniser run.
#pragma once

#include "unjam/model/sql.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace unjam {

/// A scanner may read (never use) this many bytes behind the text it is given: buffers that hold
/// statement text are that much longer than their contents.
inline constexpr std::size_t kScanPadding = 128;

/// 128 bits: distinct shapes do not collide in practice, even when chosen by an adversary at
/// random.
struct ShapeHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const ShapeHash&) const = default;
};

/// Offsets of a comment in the scanned text, delimiters included.
struct CommentSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct StatementScan {
  std::size_t length = 0;  ///< Bytes scanned: the whole text, or up to (not with) its ending `;`.
  ShapeHash shape;
  /// No string, quoted name or block comment is open at the end.
  bool closed = true;
  /// scan_until found the end it was asked for.
  bool ended = false;
  /// A line of it, but for the first, begins with `#`, be it in a literal. MySQL dialects only.
  bool hash_line = false;
  /// Comments passed over, for query tags: the first kMaxComments - 1 and the last one.
  static constexpr std::size_t kMaxComments = 4;
  std::uint32_t comment_count = 0;  ///< Entries used in `comments`.
  std::array<CommentSpan, kMaxComments> comments;
};

/// Decides whether the statement ends before `rest`: the bytes that follow a `;` and its line end.
class EndTest {
 public:
  virtual ~EndTest() = default;
  virtual bool ends_before(std::string_view rest) = 0;
};

/// Owns scratch memory and the last result: one per thread, reused for every statement. Never
/// throws on any text.
class ShapeScanner {
 public:
  /// What scans: all give the same. Tests ask for one that the processor may lack, and get the next
  /// best one.
  enum class Kernel { Best, Avx2, Portable };

  explicit ShapeScanner(Dialect dialect, Kernel kernel = Kernel::Best);
  ~ShapeScanner();
  ShapeScanner(ShapeScanner&&) noexcept;
  ShapeScanner& operator=(ShapeScanner&&) noexcept;

  /// Scans all of `text`. kScanPadding readable bytes must follow it.
  const StatementScan& scan(std::string_view text);

  /// Scans until a `;` outside literals and comments that is followed by a line end (LF or CRLF) or
  /// by the end of `text`, and for which `end` agrees. Without one, scans all of `text` and returns
  /// ended = false. kScanPadding readable bytes must follow `text`.
  const StatementScan& scan_until(std::string_view text, EndTest& end);

  /// The bytes that the last scan hashed; for tests and for understanding.
  std::string_view skeleton() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
