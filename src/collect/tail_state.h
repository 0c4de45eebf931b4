// Where tailing goes on after a restart: which file, which byte of it, and what its reader knew.
#pragma once

#include "collect/open_log.h"
#include "unjam/collect/log_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// A file that was read to its end.
struct FinishedLog {
  ContentMark head;
  TimePoint modified;  ///< Last written then.
  bool operator==(const FinishedLog&) const = default;
};

/// A place in a log. Device and inode find the file after a rename, the marks after it was copied
/// or compressed, and they tell another file under the same inode. The head alone would not do: a
/// MySQL server begins every log with the same lines.
struct TailPlace {
  std::string path;  ///< The file's, when it was opened.
  FileId id;
  ContentMark head;
  std::uint64_t offset = 0;  ///< Of the first byte not accounted for, in the text.
  ContentMark before;        ///< The bytes before `offset`.
  TimePoint modified;        ///< The file's time, no later than when `offset` was reached.
};

struct TailState {
  /// These are kept for a rotated file whose time was changed since; ...
  static constexpr std::size_t kFewFinished = 16;
  /// ... and up to this many whose times are too near for their order to be told.
  static constexpr std::size_t kMaxFinished = 1000;

  TailPlace place;
  std::optional<DetectedFormat> format;
  std::string database;               ///< LogReader::database_state().
  std::vector<FinishedLog> finished;  ///< In the order in which they were read.
};

/// Lines of `key value`, printable ASCII. The opposite gives nullopt for anything else.
std::string write_tail_state(const TailState& state);
std::optional<TailState> parse_tail_state(std::string_view text);

}  // namespace unjam
