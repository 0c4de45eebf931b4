// One log read by several threads: cut into segments, read at once, checked, merged in order.
#pragma once

#include "app/window.h"
#include "unjam/aggregate/aggregator.h"
#include "unjam/collect/log_file.h"
#include "unjam/collect/log_reader.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <string>

namespace unjam {

struct ReadSettings {
  DetectedFormat format;
  ReaderOptions options;
  std::size_t threads = 1;
  std::uint64_t smallest_segment = std::uint64_t{8} << 20;
  /// How far before its cut a segment's reader starts, to learn the state that records carry over.
  std::uint64_t warm_up = std::uint64_t{1} << 20;
  /// Called from reading threads with the number of bytes newly read.
  std::function<void(std::uint64_t)> progress;
};

struct ReadLog {
  Aggregator seen;
  std::map<std::string, Skipped> skipped;
  /// Set when reading broke off; `seen` holds what came before.
  std::exception_ptr failure;
};

/// Reads what `buffer` holds and what follows it, on this thread.
ReadLog read_stream(WindowBuffer& buffer, const ReadSettings& settings,
                    const std::function<Aggregator(Dialect)>& make_aggregator);

/// Reads a seekable log. The result is the same for every number of threads: each segment's reader
/// starts a little before its cut to learn the state that records carry over, and a segment whose
/// first record is not where its left neighbour stopped is read again by that neighbour.
/// `make_aggregator` is called once per segment, on the calling thread.
ReadLog read_segments(const LogFile& log, const ReadSettings& settings,
                      const std::function<Aggregator(Dialect)>& make_aggregator);

}  // namespace unjam
