// Follows one log through growth, rotation, truncation, deletion and restarts: every record once,
// in the order written.
#pragma once

#include "collect/log_feed.h"
#include "collect/open_log.h"
#include "collect/tail_state.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

struct LogTailOptions {
  FeedOptions feed;
  /// Without a state: how much of the log's end is read at most.
  std::uint64_t read_back = UINT64_MAX;
};

/// Not thread-safe. Time is the caller's.
class LogTail {
 public:
  /// What was written last is taken for whole when the log has not grown for so long and its text
  /// ends where a record may end.
  static constexpr Duration kIdle = std::chrono::milliseconds(800);
  /// A server may write to a renamed log until it is told to open its log anew.
  static constexpr Duration kQuiet = std::chrono::seconds(2);

  /// Asked before events are delivered; `database` stands for kInheritedDatabase in them. The sink
  /// is used during that read() only.
  using SinkFor = std::function<EventSink&(Dialect, std::string_view database)>;

  LogTail(std::string path, LogTailOptions options, std::optional<TailState> state);

  struct Step {
    std::uint64_t bytes = 0;  ///< Read.
    bool more = false;        ///< Perhaps there is more to read at once.
  };
  /// Reads about `most` bytes. Throws Error{Denied, Unreachable, Unsupported, Corrupt}; nothing is
  /// lost by that, the next call goes on.
  Step read(const SinkFor& sink_for, TimePoint now, std::size_t most);

  /// Of what was delivered: a tail that is made from it delivers what comes next. nullopt: nothing
  /// was found yet.
  std::optional<TailState> state() const;

  struct Health {
    std::uint64_t lag_bytes = 0;  ///< Of the file that is being read.
    std::uint64_t bytes = 0;      ///< Read since the beginning.
    std::uint64_t rotations = 0;
    std::uint64_t truncations = 0;  ///< Without a copy of what stood there.
    std::string_view format;        ///< Empty: not known yet.
    std::map<std::string, Skipped> skipped;
    std::vector<std::string> warnings;
  };
  Health health() const;
  /// Something is held back until it is whole or the log is idle.
  bool holds_back() const { return log_ && !feed_.unused().empty(); }

 private:
  enum class Growth : std::uint8_t { None, Some, Replaced };

  bool open(TimePoint now);
  void resume(std::unique_ptr<OpenLog> log, TimePoint now);
  void open_first(std::unique_ptr<OpenLog> log, TimePoint now);
  void use(std::unique_ptr<OpenLog> log, TimePoint now);
  std::optional<DetectedFormat> format_of_head(OpenLog& log) const;
  LogFeed::ReadAt reader_of(OpenLog& log) const;
  Growth grow(std::size_t most);
  void deliver(const SinkFor& sink_for);
  void deliver_rest(const SinkFor& sink_for);
  bool at_end(const SinkFor& sink_for, TimePoint now);
  bool advance(const SinkFor& sink_for, TimePoint now);
  void replace(const SinkFor& sink_for, TimePoint now);
  void remember_finished();
  TailPlace place_at(std::uint64_t offset, std::string_view before) const;
  void note(std::string warning);

  std::string path_;
  LogTailOptions options_;
  LogFeed feed_;
  std::optional<TailState> resume_;  ///< Until a file is open.
  std::unique_ptr<OpenLog> log_;
  bool copy_ = false;  ///< log_ is a copy of a log that was truncated: it does not grow.
  std::string head_;   ///< Of log_, as far as it was read; at most ContentMark::kMaxBytes.
  TimePoint modified_;
  TimePoint last_growth_;
  std::vector<FinishedLog> finished_;
  bool missing_ = false;
  std::uint64_t bytes_ = 0;
  std::uint64_t rotations_ = 0;
  std::uint64_t truncations_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace unjam
