#include "aggregate/counter_state.h"

#include <cstddef>
#include <limits>

namespace unjam {
namespace {

constexpr char kVersion = 1;
constexpr std::uint64_t kHasSince = 1;
constexpr std::uint64_t kTimesAreNew = 2;
constexpr std::uint64_t kTextSent = 4;
constexpr unsigned kFirstToldBit = 3;
constexpr std::uint64_t kComplete = 1;
constexpr std::uint64_t kHasStart = 2;
constexpr std::uint64_t kHasReset = 4;

/// 7 bits a byte, lowest first; the high bit says that more follow.
void put(std::string& to, std::uint64_t value) {
  while (value >= 0x80) {
    to += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    value >>= 7;
  }
  to += static_cast<char>(static_cast<unsigned char>(value));
}

void put_fixed(std::string& to, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    to += static_cast<char>(static_cast<unsigned char>(value >> shift));
  }
}

std::uint64_t unsigned_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::uint64_t unsigned_of(TimePoint at) { return unsigned_of(at.time_since_epoch().count()); }
std::uint64_t unsigned_of(Duration duration) { return unsigned_of(duration.count()); }

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {
    sound_ = !bytes_.empty() && bytes_.front() == kVersion;
    if (sound_) {
      bytes_.remove_prefix(1);
    }
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    sound_ = false;
    return 0;
  }
  std::uint64_t fixed() {
    if (bytes_.size() < 8) {
      sound_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
    }
    bytes_.remove_prefix(8);
    return value;
  }
  Duration duration() { return Duration(static_cast<std::int64_t>(number())); }
  TimePoint time() { return TimePoint(duration()); }
  std::size_t left() const { return bytes_.size(); }
  /// Everything was there, and nothing more.
  bool ended() const { return sound_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool sound_;
};

}  // namespace

std::string pack(const CounterState& state) {
  std::uint64_t flags = (state.since ? kHasSince : 0) | (state.times_are_new ? kTimesAreNew : 0) |
                        (state.text_sent ? kTextSent : 0);
  for (std::size_t i = 0; i < kOptionalSums.size(); ++i) {
    flags |= std::uint64_t{(state.counts.*kOptionalSums[i]).told} << (kFirstToldBit + i);
  }
  std::string bytes;
  bytes += kVersion;
  put(bytes, flags);
  put_fixed(bytes, state.id.value);
  put(bytes, state.counts.calls);
  put(bytes, unsigned_of(state.counts.query_time));
  put(bytes, unsigned_of(state.counts.query_time_max));
  put(bytes, state.counts.errors);
  for (const auto sum : kOptionalSums) {
    if ((state.counts.*sum).told) {
      put(bytes, (state.counts.*sum).sum);
    }
  }
  if (state.since) {
    put(bytes, unsigned_of(*state.since));
  }
  put(bytes, state.times.size());
  std::uint64_t last = 0;
  for (const CounterRow::TimeClass& time : state.times) {  // ascending: small differences
    put(bytes, unsigned_of(time.upper) - last);
    put(bytes, time.count);
    last = unsigned_of(time.upper);
  }
  return bytes;
}

std::optional<CounterState> unpack_counter_state(std::string_view bytes) {
  Unpacker from(bytes);
  CounterState state;
  const std::uint64_t flags = from.number();
  state.times_are_new = (flags & kTimesAreNew) != 0;
  state.text_sent = (flags & kTextSent) != 0;
  state.id.value = from.fixed();
  state.counts.calls = from.number();
  state.counts.query_time = from.duration();
  state.counts.query_time_max = from.duration();
  state.counts.errors = from.number();
  for (std::size_t i = 0; i < kOptionalSums.size(); ++i) {
    if ((flags >> (kFirstToldBit + i) & 1) != 0) {
      (state.counts.*kOptionalSums[i]).add(from.number());
    }
  }
  if ((flags & kHasSince) != 0) {
    state.since = from.time();
  }
  const std::uint64_t times = from.number();
  if (times > from.left() / 2) {
    return std::nullopt;
  }
  state.times.resize(static_cast<std::size_t>(times));
  std::uint64_t upper = 0;
  for (CounterRow::TimeClass& time : state.times) {
    upper += from.number();
    time.upper = Duration(static_cast<std::int64_t>(upper));
    time.count = from.number();
  }
  return from.ended() ? std::optional(std::move(state)) : std::nullopt;
}

std::string pack(const ServerState& state) {
  std::string bytes;
  bytes += kVersion;
  put(bytes, (state.complete ? kComplete : 0) | (state.server_start ? kHasStart : 0) |
                 (state.reset_at ? kHasReset : 0));
  put(bytes, unsigned_of(state.first_poll));
  for (const auto& at : {state.server_start, state.reset_at}) {
    if (at) {
      put(bytes, unsigned_of(*at));
    }
  }
  return bytes;
}

std::optional<ServerState> unpack_server_state(std::string_view bytes) {
  Unpacker from(bytes);
  ServerState state;
  const std::uint64_t flags = from.number();
  state.complete = (flags & kComplete) != 0;
  state.first_poll = from.time();
  if ((flags & kHasStart) != 0) {
    state.server_start = from.time();
  }
  if ((flags & kHasReset) != 0) {
    state.reset_at = from.time();
  }
  return from.ended() ? std::optional(state) : std::nullopt;
}

std::string pack_count(std::uint64_t count) {
  std::string bytes;
  bytes += kVersion;
  put(bytes, count);
  return bytes;
}

std::optional<std::uint64_t> unpack_count(std::string_view bytes) {
  Unpacker from(bytes);
  const std::uint64_t count = from.number();
  return from.ended() ? std::optional(count) : std::nullopt;
}

}  // namespace unjam
