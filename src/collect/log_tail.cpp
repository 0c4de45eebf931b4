#include "collect/log_tail.h"

#include "collect/rotation_search.h"
#include "unjam/base/error.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kMaxUnknown = std::size_t{1} << 20;
constexpr std::size_t kMaxNotes = 4;

/// When what was read was written, at the latest. It never falls back: a small file that is found
/// late must not lead back to those before it.
TimePoint latest(TimePoint modified, const std::vector<FinishedLog>& finished) {
  for (const FinishedLog& log : finished) {
    modified = std::max(modified, log.modified);
  }
  return modified;
}

}  // namespace

LogTail::LogTail(std::string path, LogTailOptions options, std::optional<TailState> state)
    : path_(std::move(path)),
      options_(std::move(options)),
      feed_(options_.feed),
      resume_(std::move(state)) {}

void LogTail::note(std::string warning) {
  if (notes_.size() == kMaxNotes) {
    notes_.erase(notes_.begin());
  }
  notes_.push_back(std::move(warning));
}

LogFeed::ReadAt LogTail::reader_of(OpenLog& log) const {
  return [&log](std::uint64_t offset, char* to, std::size_t size) {
    return log.read_at(offset, to, size);
  };
}

void LogTail::use(std::unique_ptr<OpenLog> log, TimePoint now) {
  log_ = std::move(log);
  copy_ = false;
  missing_ = false;
  modified_ = log_->status().modified;
  last_growth_ = now;
  head_.clear();
}

bool LogTail::open(TimePoint now) {
  if (!resume_) {
    auto log = OpenLog::open(path_);
    missing_ = !log;
    if (log) {
      open_first(std::move(log), now);
    }
    return log_ != nullptr;
  }
  const TailPlace& place = resume_->place;
  std::unique_ptr<OpenLog> log;
  if (place.offset > 0) {
    log = find_place(path_, place, resume_->finished);
    if (log) {
      resume(std::move(log), now);
      return log_ != nullptr;
    }
  }
  auto next = next_rotated(path_, latest(place.modified, resume_->finished), resume_->finished, {});
  if (!next) {
    next = OpenLog::open(path_);
  }
  missing_ = !next;
  if (!next) {
    return false;
  }
  if (place.offset > 0) {
    ++truncations_;
    note(
        fmt::format("the log that was being read, formerly {}, is gone; what was added to it since "
                    "byte {} is lost; keep rotated logs until unjam has read them",
                    place.path, place.offset));
  }
  finished_ = resume_->finished;
  use(std::move(next), now);
  feed_.start_at(0, reader_of(*log_), resume_->format ? &*resume_->format : nullptr,
                 resume_->database, true);
  resume_.reset();
  return true;
}

void LogTail::resume(std::unique_ptr<OpenLog> log, TimePoint now) {
  const TailPlace& place = resume_->place;
  use(std::move(log), now);
  finished_ = resume_->finished;
  copy_ = log_->id() != place.id;
  if (const auto current = status_of(path_); current && current->id == log_->id()) {
    copy_ = false;
  }
  feed_.start_at(place.offset, reader_of(*log_), resume_->format ? &*resume_->format : nullptr,
                 resume_->database, true);
  head_ = log_->head().substr(0, feed_.end());
  // If it was truncated meanwhile, what was read is not what it should be: look for the place anew.
  const bool still_there =
      log_->has(place.head, place.head.bytes) && log_->has(place.before, place.offset) &&
      mark_of(std::string_view(head_).substr(0, place.head.bytes)) == place.head;
  if (!still_there) {
    log_.reset();
    return;
  }
  resume_.reset();
}

void LogTail::open_first(std::unique_ptr<OpenLog> log, TimePoint now) {
  use(std::move(log), now);
  const std::uint64_t size = log_->status().size;
  if (log_->compressed() || size <= options_.read_back) {
    feed_.start_at(0, reader_of(*log_), nullptr, {}, true);
    return;
  }
  const std::uint64_t begin = size - options_.read_back;
  LogFeed head(options_.feed);
  std::size_t room = 0;
  char* const to = head.room(room);
  head.appended(log_->read_at(0, to, room));
  head_ = log_->head();
  head.find_format(true);
  feed_.start_at(begin, reader_of(*log_), head.format(), {}, false);
  note(fmt::format("{} holds {} bytes; of these, what was written before the last {} is not read",
                   path_, size, options_.read_back));
}

LogTail::Growth LogTail::grow(std::size_t most) {
  std::size_t size = 0;
  const TimePoint modified = log_->status().modified;
  char* const to = feed_.room(size);
  const std::uint64_t end = feed_.end();
  const std::size_t got = log_->read_at(end, to, std::min(size, most));
  if (!log_->compressed()) {
    // Looked at after reading: if the file was truncated in between, these bytes are of another
    // text.
    if (log_->status().size < end) {
      return Growth::Replaced;
    }
    const std::string_view before = feed_.before_end();
    if (got > 0 && !before.empty() && !log_->has(mark_of(before), end)) {
      return Growth::Replaced;
    }
  }
  modified_ = modified;
  if (got == 0) {
    return Growth::None;
  }
  if (end == head_.size() && end < ContentMark::kMaxBytes) {
    head_.append(to, std::min(got, ContentMark::kMaxBytes - head_.size()));
  }
  feed_.appended(got);
  bytes_ += got;
  return Growth::Some;
}

void LogTail::deliver(const SinkFor& sink_for) {
  if (feed_.find_format(false)) {
    feed_.read(sink_for(feed_.dialect(), feed_.inherited_database()));
  }
}

void LogTail::deliver_rest(const SinkFor& sink_for) {
  if (feed_.find_format(true)) {
    feed_.read_rest(sink_for(feed_.dialect(), feed_.inherited_database()));
    return;
  }
  while (!feed_.unused().empty()) {
    feed_.drop_unknown();
  }
}

void LogTail::remember_finished() {
  if (head_.empty()) {
    return;
  }
  finished_.push_back({mark_of(head_), log_->status().modified});
  const TimePoint last = latest({}, finished_);
  const auto far = [&] { return finished_.front().modified + kTimeSlack < last; };
  while (finished_.size() > TailState::kMaxFinished ||
         (finished_.size() > TailState::kFewFinished && far())) {
    finished_.erase(finished_.begin());
  }
}

/// The log's text is another one than what was read.
void LogTail::replace(const SinkFor& sink_for, TimePoint now) {
  if (auto copy = find_copy(path_, place_at(feed_.end(), feed_.before_end()), finished_)) {
    std::string head = std::move(head_);
    use(std::move(copy), now);
    head_ = std::move(head);
    copy_ = true;
    ++rotations_;
    return;
  }
  const std::uint64_t size = log_->status().size;
  const bool same_head = head_.size() == ContentMark::kMaxBytes && size >= head_.size() &&
                         log_->has(mark_of(head_), head_.size());
  const std::uint64_t end = feed_.end();
  deliver_rest(sink_for);
  last_growth_ = now;
  ++truncations_;
  if (same_head && size < end) {
    // Cut, but what is left was read before.
    const std::string database(feed_.database());
    const std::optional<DetectedFormat> format =
        feed_.format() != nullptr ? std::optional(*feed_.format()) : std::nullopt;
    feed_.start_at(size, reader_of(*log_), format ? &*format : nullptr, database, false);
    head_ = log_->head().substr(0, feed_.end());
    return;
  }
  note(
      fmt::format("{} was truncated and no copy of it was found; what was added behind byte {} "
                  "before is lost; let rotation rename the log, or copy it into the same folder",
                  path_, end));
  remember_finished();
  head_.clear();
  feed_.start_file();
}

/// The file is read to its end, and not path_ any more: true when there is another one to read, or
/// more of this one.
bool LogTail::advance(const SinkFor& sink_for, TimePoint now) {
  const auto current = status_of(path_);
  if (current && current->id == log_->id()) {
    return false;
  }
  const bool ended = copy_ || log_->compressed();
  std::vector<FinishedLog> finished = finished_;
  if (!head_.empty()) {
    finished.push_back({mark_of(head_), log_->status().modified});
  }
  // When not all can be remembered, only what is surely later is read: better to miss a file than
  // to read the same ones over and over.
  const Duration doubt = finished_.size() < TailState::kMaxFinished ? Duration(0) : kTimeSlack * 2;
  auto next =
      next_rotated(path_, latest(log_->status().modified, finished) + doubt, finished, log_->id());
  if (!next) {
    const bool may_grow = !ended && current && (current->size == 0 || now - last_growth_ < kQuiet);
    if (!current || may_grow) {
      return false;
    }
    next = OpenLog::open(path_);
    // What was read may be a copy of path_, which is truncated only now.
    const bool not_truncated_yet =
        next && now - last_growth_ < kQuiet && is_finished(*next, finished);
    if (!next || next->id() != current->id || not_truncated_yet) {
      return false;
    }
  }
  if (!ended && log_->status().size > feed_.end()) {
    return true;
  }
  deliver_rest(sink_for);
  remember_finished();
  feed_.start_file();
  use(std::move(next), now);
  ++rotations_;
  return true;
}

/// True: go on reading.
bool LogTail::at_end(const SinkFor& sink_for, TimePoint now) {
  const bool idle = now - last_growth_ >= kIdle || log_->compressed() || copy_;
  if (idle && feed_.find_format(true)) {
    EventSink& sink = sink_for(feed_.dialect(), feed_.inherited_database());
    feed_.read(sink);
    feed_.read_last(sink);
  }
  return advance(sink_for, now);
}

LogTail::Step LogTail::read(const SinkFor& sink_for, TimePoint now, std::size_t most) {
  Step step;
  if (!log_ && !open(now)) {
    return step;
  }
  while (step.bytes < most) {
    const std::uint64_t before = bytes_;
    const Growth growth = grow(most - static_cast<std::size_t>(step.bytes));
    step.bytes += bytes_ - before;
    if (growth == Growth::Replaced) {
      replace(sink_for, now);
    } else if (growth == Growth::Some) {
      last_growth_ = now;
      deliver(sink_for);
      if (!feed_.format() && feed_.unused().size() >= kMaxUnknown && !feed_.find_format(true)) {
        feed_.drop_unknown();
      }
    } else {
      // What was read ahead when reading was resumed.
      deliver(sink_for);
      if (!at_end(sink_for, now)) {
        return step;
      }
    }
  }
  step.more = true;
  return step;
}

TailPlace LogTail::place_at(std::uint64_t offset, std::string_view before) const {
  TailPlace place;
  place.path = log_->path();
  place.id = log_->id();
  place.head = mark_of(std::string_view(head_).substr(0, offset));
  place.offset = offset;
  place.before = mark_of(before);
  place.modified = modified_;
  return place;
}

std::optional<TailState> LogTail::state() const {
  if (!log_) {
    return resume_;
  }
  TailState state;
  state.place = place_at(feed_.offset(), feed_.before_offset());
  if (feed_.format() != nullptr) {
    state.format = *feed_.format();
  }
  state.database = feed_.database();
  state.finished = finished_;
  return state;
}

LogTail::Health LogTail::health() const {
  Health health;
  health.bytes = bytes_;
  health.rotations = rotations_;
  health.truncations = truncations_;
  health.skipped = feed_.skipped();
  health.warnings = notes_;
  if (log_ && !log_->compressed()) {
    const std::uint64_t size = log_->status().size;
    health.lag_bytes = size > feed_.offset() ? size - feed_.offset() : 0;
  }
  if (feed_.format() != nullptr) {
    health.format = to_string(feed_.format()->format);
  }
  if (missing_) {
    health.warnings.push_back(
        fmt::format("log {} does not exist; check the path, or that the server writes it (MySQL: "
                    "slow_query_log, slow_query_log_file; PostgreSQL: log_directory, log_filename)",
                    path_));
  }
  if (feed_.unknown_format()) {
    health.warnings.push_back(
        fmt::format("unknown log format in {}: {}; set `format` of this log in the configuration",
                    path_, describe_unknown_format(feed_.unused())));
  }
  return health;
}

}  // namespace unjam
