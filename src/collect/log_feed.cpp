#include "collect/log_feed.h"

#include "collect/open_log.h"

#include <algorithm>
#include <cstring>

namespace unjam {
namespace {

constexpr std::size_t kFirstCapacity = std::size_t{256} << 10;
constexpr std::size_t kKept = ContentMark::kMaxBytes;

class CountingSink : public EventSink {
 public:
  void on_event(const LogEvent& event) override { count += event.partial ? 0 : 1; }
  std::size_t count = 0;
};

/// Whether all events are whole.
class WholeSink : public EventSink {
 public:
  explicit WholeSink(Dialect dialect) : scanner_(dialect) {}
  void on_event(const LogEvent& event) override {
    whole_ = whole_ && !event.partial;
    // The text of a failed statement need not close its quotes.
    if (whole_ && !event.sql.empty() && event.error.empty()) {
      whole_ = event.scan != nullptr ? event.scan->closed : scanner_.scan(event.sql).closed;
    }
  }
  bool whole() const { return whole_; }

 private:
  ShapeScanner scanner_;
  bool whole_ = true;
};

}  // namespace

LogFeed::LogFeed(FeedOptions options)
    : options_(std::move(options)),
      data_(std::make_unique<char[]>(kFirstCapacity + kScanPadding)),
      capacity_(kFirstCapacity) {}

std::string_view LogFeed::before_offset() const {
  const std::size_t count = std::min(begin_, kKept);
  return {data_.get() + begin_ - count, count};
}

std::string_view LogFeed::before_end() const {
  const std::size_t count = std::min(end_, kKept);
  return {data_.get() + end_ - count, count};
}

void LogFeed::reset(std::uint64_t offset) {
  begin_ = 0;
  end_ = 0;
  offset_ = offset;
  tried_last_at_ = UINT64_MAX;
}

void LogFeed::start_file() {
  reset(0);
  unchecked_ = true;
}

void LogFeed::start_at(std::uint64_t offset, const ReadAt& read_at, const DetectedFormat* format,
                       std::string_view database, bool exact) {
  keep_skipped();
  unchecked_ = offset == 0;
  inherited_database_ = database == kInheritedDatabase ? std::string_view() : database;
  if (format != nullptr) {
    format_ = *format;
    if (offset > 0 && warm_up(offset, read_at, exact)) {
      return;
    }
    make_reader(format_->format == LogFormat::MySqlSlow);
  }
  reset(offset);
  const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(kKept, offset));
  begin_ = read_at(offset - count, data_.get(), count);
  end_ = begin_;
}

/// False: no reader could be brought there.
bool LogFeed::warm_up(std::uint64_t offset, const ReadAt& read_at, bool exact) {
  const std::uint64_t start = offset > kWarmUp ? offset - kWarmUp : 0;
  // Of MySQL's database, only a reader that starts in the middle knows that it is inherited.
  make_reader(start > 0 || format_->format == LogFormat::MySqlSlow);
  reset(start);
  if (start > 0) {
    std::size_t found = std::string_view::npos;
    while (found == std::string_view::npos && end() < offset && fill(read_at) > 0) {
      found = reader_->find_record(unused());
    }
    if (found == std::string_view::npos || offset_ + found > offset) {
      return false;
    }
    drop(found);
  }
  NoSink nobody;
  while (offset_ < offset) {
    const std::size_t got = fill(read_at);
    Window window;
    window.bytes = unused();
    window.stop = static_cast<std::size_t>(offset - offset_);
    std::size_t used = reader_->read(window, nobody);
    drop(used);
    if (used == 0 && got == 0) {
      // What was delivered last was taken for whole without anything behind it.
      window.bytes = unused().substr(0, static_cast<std::size_t>(offset - offset_));
      window.at_end = true;
      used = reader_->read(window, nobody);
      drop(used);
      break;
    }
  }
  forget_skipped();
  return exact ? offset_ == offset : offset_ >= offset;
}

/// Reads until the buffer is full or the log ends.
std::size_t LogFeed::fill(const ReadAt& read_at) {
  std::size_t size = 0;
  char* const to = room(size);
  const std::size_t got = read_at(end(), to, size);
  appended(got);
  return got;
}

char* LogFeed::room(std::size_t& size) {
  const std::size_t keep = std::min(begin_, kKept);
  if (begin_ > keep && capacity_ - end_ < capacity_ / 2) {
    std::memmove(data_.get(), data_.get() + begin_ - keep, end_ - begin_ + keep);
    end_ -= begin_ - keep;
    begin_ = keep;
  }
  if (capacity_ - end_ < capacity_ / 4) {
    const std::size_t capacity = capacity_ * 2;
    auto data = std::make_unique<char[]>(capacity + kScanPadding);
    std::memcpy(data.get(), data_.get(), end_);
    data_ = std::move(data);
    capacity_ = capacity;
  } else if (capacity_ > kFirstCapacity && end_ < kFirstCapacity / 2) {
    // A very long record has passed.
    auto data = std::make_unique<char[]>(kFirstCapacity + kScanPadding);
    std::memcpy(data.get(), data_.get(), end_);
    data_ = std::move(data);
    capacity_ = kFirstCapacity;
  }
  size = capacity_ - end_;
  return data_.get() + end_;
}

void LogFeed::appended(std::size_t count) { end_ += count; }

void LogFeed::drop(std::size_t count) {
  begin_ += count;
  offset_ += count;
}

void LogFeed::make_reader(bool mid_file) {
  keep_skipped();
  reader_ = make_log_reader(*format_, options_.reader, mid_file);
}

/// True also where the head says nothing, for example if it is a banner only.
bool LogFeed::fits(const DetectedFormat& format, std::string_view head) const {
  const auto probe = make_log_reader(format, options_.reader);
  CountingSink sink;
  Window window;
  window.bytes = head;
  window.at_end = true;
  (void)probe->read(window, sink);
  probe->finish(sink);
  return sink.count > 0 || probe->skipped().empty();
}

/// A log_line_prefix or log_destination may have changed, or the format was told by too little.
void LogFeed::check_format(std::string_view head) {
  unchecked_ = false;
  if (options_.format || fits(*format_, head)) {
    return;
  }
  auto found = detect_log_format(head);
  if (found && fits(*found, head)) {
    format_ = std::move(found);
    make_reader(false);
  }
}

bool LogFeed::find_format(bool now) {
  const std::string_view head = unused();
  if (reader_ && unchecked_) {
    if (head.empty() || (head.size() < kHeadBytes && !now)) {
      return false;
    }
    check_format(head.substr(0, kHeadBytes));
  }
  if (reader_) {
    return true;
  }
  if (!format_) {
    if (head.empty() || (head.size() < kHeadBytes && !now)) {
      return false;
    }
    std::optional<DetectedFormat> found = choose_log_format(head, options_.format);
    unknown_ = !found;
    if (!found) {
      return false;
    }
    format_ = std::move(found);
  }
  unchecked_ = false;
  make_reader(false);
  return true;
}

void LogFeed::drop_unknown() {
  Skipped& skipped = skipped_["unknown format"];
  if (skipped.count == 0) {
    skipped.sample = describe_unknown_format(unused());
  }
  ++skipped.count;
  const std::string_view bytes = unused();
  const std::size_t cut = bytes.find('\n', bytes.size() / 2);
  drop(cut == std::string_view::npos ? bytes.size() : cut + 1);
}

void LogFeed::read(EventSink& sink) {
  Window window;
  window.bytes = unused();
  drop(reader_->read(window, sink));
}

/// Another reader is asked, since this one cannot take back what it delivered.
bool LogFeed::ends_whole() const {
  const std::string_view bytes = unused();
  if (bytes.back() != '\n') {
    return false;
  }
  const auto probe = make_log_reader(*format_, options_.reader);
  WholeSink sink(reader_->dialect());
  Window window;
  window.bytes = bytes;
  window.at_end = true;
  if (probe->read(window, sink) != bytes.size() || !probe->skipped().empty()) {
    return false;
  }
  probe->finish(sink);
  return sink.whole();
}

void LogFeed::read_last(EventSink& sink) {
  if (unused().empty() || tried_last_at_ == end()) {
    return;
  }
  tried_last_at_ = end();
  if (ends_whole()) {
    read_rest(sink);
  }
}

void LogFeed::read_rest(EventSink& sink) {
  Window window;
  window.at_end = true;
  std::size_t used = 1;
  while (!unused().empty() && used > 0) {
    window.bytes = unused();
    used = reader_->read(window, sink);
    drop(used);
  }
  drop(unused().size());
}

std::string_view LogFeed::database() const {
  const std::string_view known = reader_ ? reader_->database_state() : std::string_view();
  return known == kInheritedDatabase || !reader_ ? std::string_view(inherited_database_) : known;
}

std::map<std::string, Skipped> LogFeed::skipped() const {
  std::map<std::string, Skipped> result = skipped_;
  if (reader_) {
    add_skipped(reader_->skipped(), skipped_before_, result);
  }
  return result;
}

/// Before the reader is replaced.
void LogFeed::keep_skipped() {
  skipped_ = skipped();
  skipped_before_.clear();
  reader_.reset();
}

void LogFeed::forget_skipped() { skipped_before_ = reader_->skipped(); }

}  // namespace unjam
