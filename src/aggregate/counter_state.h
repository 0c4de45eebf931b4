// The last known counts of one entry of a server's statistics, packed: the same bytes are kept in
// memory and as the entry's checkpoint.
#pragma once

#include "unjam/collect/statement_counters.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// The optional sums of Counts, in the order in which they are packed.
inline constexpr std::array kOptionalSums = {&Counts::lock_time,
                                             &Counts::rows_examined,
                                             &Counts::rows_sent,
                                             &Counts::rows_affected,
                                             &Counts::bytes_sent,
                                             &Counts::blocks_read,
                                             &Counts::temporary_tables_on_disk,
                                             &Counts::without_index};

struct CounterState {
  FingerprintId id;
  Counts counts;  ///< Without histogram.
  std::optional<TimePoint> since;
  std::vector<CounterRow::TimeClass> times;  ///< As read last.
  /// The entry was counted from its beginning and its times were never read: all of them are new.
  bool times_are_new = false;
  bool text_sent = false;  ///< Numbers of the entry went out, and with them the text of the class.
};

std::string pack(const CounterState& state);
/// nullopt when `bytes` is not what this version packs.
std::optional<CounterState> unpack_counter_state(std::string_view bytes);

/// What concerns the whole server.
struct ServerState {
  TimePoint first_poll;   ///< The server's clock at the first snapshot ever.
  bool complete = false;  ///< A snapshot has been complete: what appears later is new.
  std::optional<TimePoint> server_start;
  std::optional<TimePoint> reset_at;
  bool operator==(const ServerState&) const = default;
};

std::string pack(const ServerState& state);
std::optional<ServerState> unpack_server_state(std::string_view bytes);

std::string pack_count(std::uint64_t count);
std::optional<std::uint64_t> unpack_count(std::string_view bytes);

}  // namespace unjam
