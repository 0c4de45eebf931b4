// The slow log of a server with log_output=TABLE (Amazon RDS and Aurora give no file):
// mysql.slow_log, read as it grows. https://dev.mysql.com/doc/refman/8.4/en/log-destinations.html
//
// The table has no index, and its start_time is written in the time zone of the session that was
// slow, so no condition on it finds what is new. But rows are appended and never changed: what is
// new stands behind the rows that were read, and the last of these says whether they still are
// where they were.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/log_event.h"
#include "unjam/drivers/session.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Where reading goes on.
struct SlowLogPosition {
  std::uint64_t rows = 0;      ///< Rows read from the front of the table.
  std::uint64_t last_row = 0;  ///< Hash of the last of them.
  /// The rows are in mysql.slow_log_backup, where mysql.rds_rotate_slow_log has put them.
  bool in_backup = false;
  /// The server's clock when the table had nothing more.
  std::optional<TimePoint> looked;
  /// Hash of the first row of mysql.slow_log_backup; 0: there was none. A new one there means that
  /// a table was rotated of which nothing had been read.
  std::uint64_t backup = 0;

  bool operator==(const SlowLogPosition&) const = default;
};

std::string to_text(const SlowLogPosition& position);
/// nullopt: not such a text.
std::optional<SlowLogPosition> parse_slow_log_position(std::string_view text);

/// The time of a row that was logged between `earliest` and `latest`, but written in an unknown
/// time zone: `told`, moved by quarters of an hour if it is not between them.
TimePoint settle_time(TimePoint told, std::optional<TimePoint> earliest, TimePoint latest);

/// Used by one thread.
class SlowLogTable {
 public:
  /// In one read(). Bytes are a wish: how long rows are is known when they are there.
  static constexpr std::uint64_t kMostRows = 20'000;
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  /// `session` must outlive it.
  SlowLogTable(Session& session, const SlowLogPosition& position)
      : session_(session), position_(position) {}

  /// Gives what is new to `sink`, without unjam's own statements; true: there is more. After
  /// TRUNCATE or a rotation it goes on in mysql.slow_log_backup, if that is there and holds the row
  /// that was read last, and then from the front. Throws what Session::query throws; then no row
  /// has been given and the position has not moved.
  bool read(EventSink& sink);

  const SlowLogPosition& position() const { return position_; }

  /// What the server does not log, or what was lost, as of the last read(): one line each, with
  /// the remedy.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  static constexpr std::uint64_t kFewRows = 200;
  enum class Outcome { Moved, More, Lost };
  void look_at_server();
  void ask(const std::string& sql, const std::string& table,
           const std::function<void(const Row&)>& use);
  Outcome read_from(const std::string& table, EventSink& sink);
  std::optional<std::uint64_t> find_last_row();
  bool read_backup(EventSink& sink);
  void report_gap();
  bool start_over();
  std::uint64_t first_of_backup();
  void give(EventSink& sink);

  /// Copies of the rows of one answer: nothing is given away before the answer is known to be
  /// whole.
  class Rows {
   public:
    static constexpr std::size_t kColumns = 11;
    void clear();
    void add(const Row& row);
    /// Readable bytes follow the last row, for a scanner.
    void pad();
    std::string_view column(std::size_t row, std::size_t column) const;
    std::uint64_t hash(std::size_t row) const;
    std::size_t size() const { return begins_.size(); }
    std::size_t bytes() const { return bytes_.size(); }

   private:
    std::string bytes_;
    std::vector<std::array<std::size_t, kColumns + 1>> begins_;  ///< Of each column, and the end.
  };

  /// The table was emptied before all of it was read.
  struct Gap {
    TimePoint found;
    std::string words;
  };

  Session& session_;
  SlowLogPosition position_;
  TimePoint now_;  ///< The server's.
  /// Rows that are asked for at once; more while they are short and there are more.
  std::uint64_t limit_ = kFewRows;
  std::optional<Gap> gap_;  ///< Of the last time that it mattered.
  std::vector<std::string> warnings_;
  Rows rows_;
};

}  // namespace unjam
