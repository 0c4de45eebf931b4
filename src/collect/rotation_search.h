// Where a log went: its rotated siblings, in the order in which they were written.
#pragma once

#include "collect/tail_state.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// `name` is what rotation makes of `base`: slow.log.1, slow.log-20240518, slow.log.2.gz,
/// slow-20240518.log.zst, slow.log.old, ...
bool is_rotated_name(std::string_view name, std::string_view base);

struct RotatedLog {
  std::string path;
  FileStatus status;
};

/// In the folder of `path` and, if `path` is a symbolic link, those beside its target: files whose
/// names differ from the target's in digits only count too. Oldest first. Without `path` itself.
std::vector<RotatedLog> rotated_logs(const std::string& path);

/// The file that holds `place` and everything up to it, wherever it is now: `path` itself, its
/// former name, a rotated, copied or compressed sibling that is not among `finished`. nullptr:
/// gone. Throws Error{Denied, Unreachable} when `path` itself cannot be read.
std::unique_ptr<OpenLog> find_place(const std::string& path, const TailPlace& place,
                                    const std::vector<FinishedLog>& finished);

/// The same, but never the file with the id in `place`, whose text is another one now.
std::unique_ptr<OpenLog> find_copy(const std::string& path, const TailPlace& place,
                                   const std::vector<FinishedLog>& finished);

/// A rotated file may seem to have been written this much earlier than it was: zstd keeps its time
/// to the second only, and kernels stamp some writes with the time of the last tick.
inline constexpr Duration kTimeSlack = std::chrono::seconds(2);

/// The oldest sibling that was written after `after`, give or take kTimeSlack, holds something and
/// is not among `finished`, which hold `current`, too; nullptr: none.
std::unique_ptr<OpenLog> next_rotated(const std::string& path, TimePoint after,
                                      const std::vector<FinishedLog>& finished,
                                      const FileId& current);

/// `log` begins like one that was finished, and is that one as far as can be told.
bool is_finished(OpenLog& log, const std::vector<FinishedLog>& finished);

}  // namespace unjam
