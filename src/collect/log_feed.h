// Between a growing log and its reader: holds the bytes that are not used yet, finds the format,
// tells a whole last record from a half-written one, and brings a reader that starts in the middle
// to where the last one was.
#pragma once

#include "unjam/collect/log_reader.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

struct FeedOptions {
  std::optional<LogFormat> format;  ///< nullopt: by content.
  ReaderOptions reader;
};

/// Not thread-safe.
class LogFeed {
 public:
  /// Up to `size` bytes from `offset` of the log; fewer only at its end.
  using ReadAt = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size)>;

  /// A reader starts this much before its place, to learn what records take over from earlier ones.
  static constexpr std::uint64_t kWarmUp = std::uint64_t{8} << 20;
  /// The format is told by this much, or by less when the log does not grow.
  static constexpr std::size_t kHeadBytes = std::size_t{64} << 10;

  explicit LogFeed(FeedOptions options);

  /// Offset in the log of the first byte that is not used, and of the next one to append.
  std::uint64_t offset() const { return offset_; }
  std::uint64_t end() const { return offset_ + (end_ - begin_); }
  std::string_view unused() const { return {data_.get() + begin_, end_ - begin_}; }
  /// The last bytes before offset(), or before end(): at most 1 KiB, what is known of them.
  std::string_view before_offset() const;
  std::string_view before_end() const;

  /// Goes on at the beginning of the next file, with the same reader unless nothing there fits its
  /// format. Every byte must be used.
  void start_file();
  /// Goes on at `offset` of a log. `format`, `database`: what was known there. A reader that
  /// begins earlier is brought to that place; `exact`: a record begins there.
  void start_at(std::uint64_t offset, const ReadAt& read_at, const DetectedFormat* format,
                std::string_view database, bool exact);

  /// Room for at least a few KiB; appended() says how many bytes were put there.
  char* room(std::size_t& size);
  void appended(std::size_t count);

  /// Finds the format when it is not known, and checks it where a file begins, as soon as enough is
  /// there; `now`: with what there is. True: it is known.
  bool find_format(bool now);
  const DetectedFormat* format() const { return format_ ? &*format_ : nullptr; }
  /// find_format() was asked with all there is, and nothing fits.
  bool unknown_format() const { return unknown_; }
  /// Gives up bytes of unknown format but for the last few.
  void drop_unknown();

  /// Of the reader; the format must be known.
  Dialect dialect() const { return reader_->dialect(); }
  /// Delivers all complete records.
  void read(EventSink& sink);
  /// Delivers the last record too, if it is whole as far as its text tells: it ends with a line end
  /// where one may end. Cheap when nothing was appended since the last time.
  void read_last(EventSink& sink);
  /// Delivers what is there; it is all there will ever be.
  void read_rest(EventSink& sink);
  /// Nothing will follow, in this file or the next.
  void finish(EventSink& sink) { reader_->finish(sink); }

  /// In force at offset(). What a record takes over from before the reader's start is
  /// kInheritedDatabase in events, and inherited_database().
  std::string_view database() const;
  std::string_view inherited_database() const { return inherited_database_; }
  /// Stretches that belong to no record, by reason, since the beginning.
  std::map<std::string, Skipped> skipped() const;

 private:
  void make_reader(bool mid_file);
  bool fits(const DetectedFormat& format, std::string_view head) const;
  void check_format(std::string_view head);
  bool warm_up(std::uint64_t offset, const ReadAt& read_at, bool exact);
  void reset(std::uint64_t offset);
  std::size_t fill(const ReadAt& read_at);
  void drop(std::size_t count);
  bool ends_whole() const;
  void keep_skipped();
  void forget_skipped();

  FeedOptions options_;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_;
  std::size_t begin_ = 0;  ///< Of what is not used; used bytes stand before it.
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  std::optional<DetectedFormat> format_;
  std::unique_ptr<LogReader> reader_;
  bool unknown_ = false;
  bool unchecked_ = false;  ///< A file begins: a server may write another format since.
  std::string inherited_database_;
  std::map<std::string, Skipped> skipped_;         ///< By earlier readers.
  std::map<std::string, Skipped> skipped_before_;  ///< By this one, while it warmed up.
  std::uint64_t tried_last_at_ = UINT64_MAX;       ///< end() of the last read_last().
};

}  // namespace unjam
