#include "app/segments.h"

#include "app/counting_source.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

namespace unjam {
namespace {

/// Where no record begins within this much, the left neighbour reads on instead.
constexpr std::size_t kLongestSearch = std::size_t{16} << 20;

class Segment {
 public:
  Segment(const LogFile& log, const ReadSettings& settings, std::uint64_t begin, std::uint64_t end,
          Aggregator aggregator)
      : begin_(begin),
        end_(end),
        warm_up_(begin > settings.warm_up ? begin - settings.warm_up : 0),
        source_(log.range(warm_up_, log.size()), settings.progress),
        buffer_(source_, warm_up_),
        reader_(make_log_reader(settings.format, settings.options, warm_up_ > 0)),
        aggregator_(std::move(aggregator)) {}

  /// On the segment's own thread; keeps what is thrown for the merging thread.
  void run() {
    try {
      if (begin_ > 0 && !find_start()) {
        return;
      }
      first_ = buffer_.offset();
      read_on(end_);
    } catch (...) {
      // Nothing may leave the thread; the caller decides when the segments are put together.
      failure_ = std::current_exception();
    }
  }

  /// Reads on to `end`: the place of a right neighbour that began in the wrong place.
  void read_on(std::uint64_t end) {
    try {
      stopped_ = feed(buffer_, *reader_, aggregator_, end);
    } catch (const Error&) {
      failure_ = std::current_exception();
    }
  }

  void finish() { reader_->finish(aggregator_); }

  bool began_at(std::uint64_t offset) const { return first_ && *first_ == offset; }
  std::uint64_t stopped() const { return stopped_; }
  std::uint64_t end() const { return end_; }
  const std::exception_ptr& failure() const { return failure_; }
  Aggregator& aggregator() { return aggregator_; }
  const LogReader& reader() const { return *reader_; }

  void add_skipped(std::map<std::string, Skipped>& to) const {
    unjam::add_skipped(reader_->skipped(), skipped_before_, to);
  }

 private:
  bool find_start() {
    if (warm_up_ > 0) {
      std::size_t found = std::string_view::npos;
      while (found == std::string_view::npos) {
        buffer_.fill();
        found = reader_->find_record(buffer_.bytes());
        if (found == std::string_view::npos &&
            (buffer_.at_end() || buffer_.bytes().size() >= kLongestSearch)) {
          return false;
        }
      }
      buffer_.drop(found);
    }
    NoSink nobody;
    feed(buffer_, *reader_, nobody, begin_);
    skipped_before_ = reader_->skipped();
    return true;
  }

  std::uint64_t begin_;
  std::uint64_t end_;
  std::uint64_t warm_up_;
  CountingSource source_;
  WindowBuffer buffer_;
  std::unique_ptr<LogReader> reader_;
  Aggregator aggregator_;
  std::map<std::string, Skipped> skipped_before_;
  std::optional<std::uint64_t> first_;
  std::uint64_t stopped_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

ReadLog read_segments(const LogFile& log, const ReadSettings& settings,
                      const std::function<Aggregator(Dialect)>& make_aggregator) {
  const std::uint64_t size = log.size();
  const std::uint64_t count = std::clamp<std::uint64_t>(size / settings.smallest_segment, 1,
                                                        std::max<std::size_t>(settings.threads, 1));
  const Dialect dialect = make_log_reader(settings.format, settings.options)->dialect();
  std::vector<std::unique_ptr<Segment>> segments;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t end = i + 1 == count ? UINT64_MAX : size / count * (i + 1);
    segments.push_back(
        std::make_unique<Segment>(log, settings, size / count * i, end, make_aggregator(dialect)));
  }
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < segments.size(); ++i) {
      threads.emplace_back([&segment = *segments[i]] { segment.run(); });
    }
    segments.front()->run();
  }

  Segment* reading = segments.front().get();
  std::vector<Segment*> valid{reading};
  std::exception_ptr failure = reading->failure();
  for (std::size_t i = 1; i < segments.size() && !failure; ++i) {
    Segment* next = segments[i].get();
    if (next->began_at(reading->stopped())) {
      reading = next;
      valid.push_back(next);
    } else {
      reading->read_on(next->end());
    }
    failure = reading->failure();
  }
  reading->finish();

  ReadLog result{std::move(segments.front()->aggregator()), {}, failure};
  std::string database;
  for (Segment* segment : valid) {
    if (segment != valid.front()) {
      result.seen.merge(std::move(segment->aggregator()), database);
    }
    if (segment->reader().database_state() != kInheritedDatabase) {
      database = segment->reader().database_state();
    }
    segment->add_skipped(result.skipped);
  }
  return result;
}

ReadLog read_stream(WindowBuffer& buffer, const ReadSettings& settings,
                    const std::function<Aggregator(Dialect)>& make_aggregator) {
  const auto reader = make_log_reader(settings.format, settings.options);
  ReadLog result{make_aggregator(reader->dialect()), {}, nullptr};
  try {
    feed(buffer, *reader, result.seen);
  } catch (const Error&) {
    result.failure = std::current_exception();
  }
  reader->finish(result.seen);
  result.skipped = reader->skipped();
  return result;
}

}  // namespace unjam
