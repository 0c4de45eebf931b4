#include "unjam/aggregate/log_aggregator.h"

#include "aggregate/attribute_counts.h"
#include "aggregate/comment_tags.h"
#include "aggregate/sample_picker.h"
#include "aggregate/shape_cache.h"
#include "unjam/aggregate/incidents.h"
#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace unjam {
namespace {

// Past these, what is known is forgotten when a Flush is taken: it costs a normaliser run per class
// and a text that the store has already.
constexpr std::size_t kMaxKnownClasses = 50'000;
constexpr std::size_t kMaxKnownShapes = 200'000;
constexpr std::size_t kMaxKnownNames = 50'000;
constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestMessage = 500;
// A number that is added up must stay far from overflow, whatever a log says.
constexpr Duration kLongestTime{std::int64_t{1} << 44};
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 44;
// For bytes(): what a row or an error takes besides its texts.
constexpr std::size_t kRowBytes = 700;
constexpr std::size_t kErrorBytes = 300;

TimePoint minute_of(TimePoint at) { return std::chrono::floor<std::chrono::minutes>(at); }

struct KnownClass {
  FingerprintId id;
  std::string text;  ///< Until it is sent.
  SampleHistory samples;
  // Where the class was counted last.
  std::uint64_t flush = 0;
  std::uint32_t row = 0;
  std::uint32_t picked = UINT32_MAX;  ///< In Impl::picked, of this flush; none.
  TimePoint minute;
};

/// One class in one minute.
struct Row {
  Row(TimePoint of, std::uint32_t index) : minute(of), class_index(index) {}
  TimePoint minute;
  std::uint32_t class_index;
  Counts counts;
  AttributeCounts attributes;
};

struct RowKey {
  TimePoint minute;
  std::uint32_t class_index;
  bool operator==(const RowKey&) const = default;
};

struct RowHash {
  std::size_t operator()(const RowKey& key) const noexcept {
    const auto minute = static_cast<std::uint64_t>(key.minute.time_since_epoch().count());
    return (minute ^ key.class_index * 0x9e3779b97f4a7c15U) * 0xd6e8feb86659fd93U >> 16;
  }
};

struct ErrorKey {
  TimePoint minute;
  std::string code;
  std::string severity;
  std::string message;
  FingerprintId id;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes a 0 of the generated code for one.
  auto operator<=>(const ErrorKey&) const = default;
};

void add(OptionalSum& sum, const std::optional<std::uint64_t>& value) {
  if (value) {
    sum.add(std::min(*value, kMostRows));
  }
}

}  // namespace

struct LogAggregator::Impl {
  Impl(const Normalizer& of_texts, Dialect of_log, LogAggregatorOptions wishes)
      : normalizer(&of_texts), dialect(of_log), options(std::move(wishes)), scanner(of_log) {}

  std::uint32_t index_of(Fingerprint&& fingerprint) {
    const auto [place, is_new] =
        by_id.try_emplace(fingerprint.id, static_cast<std::uint32_t>(classes.size()));
    if (is_new) {
      text_bytes += fingerprint.text.size();
      KnownClass& known = classes.emplace_back();
      known.id = fingerprint.id;
      known.text = std::move(fingerprint.text);
      unsent.push_back(place->second);
    }
    return place->second;
  }

  std::uint32_t class_of(std::string_view sql, const StatementScan& scan) {
    if (const KnownShape* shape = shapes->find(scan.shape)) {
      return shape->index();
    }
    const std::uint32_t index = index_of(normalizer->fingerprint(dialect, sql));
    shapes->insert(scan.shape, index);
    ++shape_count;
    return index;
  }

  Row& row_of(std::uint32_t class_index, TimePoint at) {
    KnownClass& known = classes[class_index];
    const TimePoint minute = minute_of(at);
    if (known.flush == flush && known.minute == minute) {
      return rows[known.row];
    }
    const auto [place, is_new] = row_places.try_emplace(RowKey{minute, class_index},
                                                        static_cast<std::uint32_t>(rows.size()));
    if (is_new) {
      rows.emplace_back(minute, class_index);
    }
    if (known.flush != flush) {
      known.picked = UINT32_MAX;
    }
    known.flush = flush;
    known.row = place->second;
    known.minute = minute;
    return rows[known.row];
  }

  NameId name_of(std::string_view text) {
    if (text == kInheritedDatabase) {
      text = inherited_database;
    }
    return text.empty() ? EventNames::kNoName : names.intern(text.substr(0, kLongestName));
  }

  void add_statement(std::uint32_t index, const LogEvent& event, TimePoint at,
                     std::span<const NameId> tags) {
    Row& row = row_of(index, at);
    Counts& counts = row.counts;
    ++counts.calls;
    Duration time{0};
    if (event.query_time) {
      time = std::clamp(*event.query_time, Duration(0), kLongestTime);
      counts.query_time += time;
      counts.query_time_max = std::max(counts.query_time_max, time);
      counts.histogram.add(time);
    }
    if (event.lock_time) {
      counts.lock_time.add(static_cast<std::uint64_t>(
          std::clamp(*event.lock_time, Duration(0), kLongestTime).count()));
    }
    add(counts.rows_examined, event.rows_examined);
    add(counts.rows_sent, event.rows_sent);
    add(counts.rows_affected, event.rows_affected);
    add(counts.bytes_sent, event.bytes_sent);
    const EventNames who{name_of(event.user), name_of(event.database), name_of(event.host)};
    const auto add_name = [&](AttributeKind kind, NameId name) {
      if (name != EventNames::kNoName) {
        row.attributes.add(kind, name, time, names);
      }
    };
    add_name(AttributeKind::User, who.user);
    add_name(AttributeKind::Database, who.database);
    add_name(AttributeKind::Host, who.host);
    for (const NameId tag : tags) {
      add_name(AttributeKind::Tag, tag);
    }
    KnownClass& known = classes[index];
    if (picker.wants(known.samples, event.query_time ? event.query_time->count() : -1, now)) {
      if (known.picked == UINT32_MAX) {
        known.picked = static_cast<std::uint32_t>(picked.size());
        picked.emplace_back(index, PickedSamples());
      }
      sample_bytes +=
          picker.pick(known.samples, picked[known.picked].second, event, at, now, who, tags);
    }
  }

  void add_error(std::optional<std::uint32_t> index, const LogEvent& event, TimePoint at) {
    FingerprintId id;
    if (index) {
      ++row_of(*index, at).counts.errors;
      id = classes[*index].id;
    }
    ErrorKey key{minute_of(at), std::string(event.error.substr(0, kLongestName)),
                 std::string(event.severity.substr(0, kLongestName)),
                 mask_error_message(event.message.substr(0, kLongestMessage)), id};
    ++errors[std::move(key)];
  }

  std::vector<Attribute> attributes_of(const KeptExecution& kept) const {
    std::vector<Attribute> result;
    const auto add_name = [&](AttributeKind kind, NameId name) {
      if (name != EventNames::kNoName) {
        result.push_back(attribute_of(kind, name, names));
      }
    };
    add_name(AttributeKind::User, kept.who.user);
    add_name(AttributeKind::Database, kept.who.database);
    add_name(AttributeKind::Host, kept.who.host);
    for (const NameId tag : kept.tags) {
      add_name(AttributeKind::Tag, tag);
    }
    return result;
  }

  ClassSample sample_of(FingerprintId id, const KeptExecution& kept) const {
    ClassSample sample;
    sample.target = options.target;
    sample.id = id;
    sample.masked = options.mask_samples;
    if (options.mask_samples) {
      sample.sql = mask_literals(dialect, kept.sql);
      if (sample.sql.size() > KeptExecution::kMaxText) {
        sample.sql.resize(KeptExecution::kMaxText);
      }
    } else {
      sample.sql = kept.sql;
      sample.parameters = kept.parameters;
    }
    sample.query_time = kept.query_time;
    sample.at = kept.at;
    sample.attributes = attributes_of(kept);
    return sample;
  }

  void take_rows(Flush& to) {
    std::vector<std::uint32_t> order(rows.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return rows[a].minute < rows[b].minute;
    });
    for (const std::uint32_t i : order) {
      Row& row = rows[i];
      if (to.slices.empty() || to.slices.back().minute != row.minute) {
        Slice& slice = to.slices.emplace_back();
        slice.target = options.target;
        slice.source = Source::Log;
        slice.minute = row.minute;
      }
      ClassDelta& delta = to.slices.back().classes.emplace_back();
      delta.id = classes[row.class_index].id;
      delta.counts = std::move(row.counts);
      delta.attributes.reserve(row.attributes.entries().size());
      for (const AttributeCounts::Entry& entry : row.attributes.entries()) {
        delta.attributes.push_back(
            {attribute_of(entry.kind, entry.name, names), entry.calls, entry.query_time});
      }
    }
  }

  void take_samples(Flush& to) {
    for (auto& [index, of_class] : picked) {
      KnownClass& known = classes[index];
      for (const KeptExecution* kept : SamplePicker::distinct(of_class)) {
        to.samples.push_back(sample_of(known.id, *kept));
      }
      if (of_class.seen > 0) {
        known.samples.next_due = now + kSamplesEvery;
      }
    }
  }

  void take_errors(Flush& to) {
    for (const auto& [key, count] : errors) {
      to.errors.push_back({options.target, Source::Log, key.minute, key.code, key.severity,
                           key.message, key.id, count});
    }
  }

  void take_texts(Flush& to) {
    for (const std::uint32_t index : unsent) {
      KnownClass& known = classes[index];
      to.texts.push_back({known.id, std::exchange(known.text, std::string()), dialect});
    }
  }

  /// After a take: nothing refers to names and classes any more.
  void forget_too_much() {
    if (names.size() > kMaxKnownNames) {
      names = Names();
      comment_tags = CommentTags();
    }
    if (classes.size() > kMaxKnownClasses || shape_count > kMaxKnownShapes) {
      classes = {};
      by_id = {};
      shapes = std::make_unique<ShapeCache>();
      shape_count = 0;
    }
  }

  const Normalizer* normalizer;
  Dialect dialect;
  LogAggregatorOptions options;
  ShapeScanner scanner;
  std::unique_ptr<ShapeCache> shapes = std::make_unique<ShapeCache>();
  std::size_t shape_count = 0;
  CommentTags comment_tags;
  Names names;
  std::vector<KnownClass> classes;
  std::unordered_map<FingerprintId, std::uint32_t> by_id;
  std::string inherited_database;
  SamplePicker picker;
  TimePoint now;
  std::uint64_t events = 0;

  // Since the last take:
  std::uint64_t flush = 1;
  std::vector<Row> rows;
  std::unordered_map<RowKey, std::uint32_t, RowHash> row_places;
  std::vector<std::pair<std::uint32_t, PickedSamples>> picked;  ///< By class index.
  std::map<ErrorKey, std::uint64_t> errors;
  std::vector<std::uint32_t> unsent;
  std::size_t text_bytes = 0;
  std::size_t sample_bytes = 0;
};

LogAggregator::LogAggregator(const Normalizer& normalizer, Dialect dialect,
                             LogAggregatorOptions options)
    : impl_(std::make_unique<Impl>(normalizer, dialect, std::move(options))) {}
LogAggregator::~LogAggregator() = default;
LogAggregator::LogAggregator(LogAggregator&&) noexcept = default;
LogAggregator& LogAggregator::operator=(LogAggregator&&) noexcept = default;

void LogAggregator::set_now(TimePoint now) { impl_->now = now; }
void LogAggregator::set_inherited_database(std::string_view name) {
  impl_->inherited_database = name == kInheritedDatabase ? std::string_view() : name;
}

void LogAggregator::on_event(const LogEvent& event) {
  Impl& a = *impl_;
  ++a.events;
  const bool counts = event.kind == EventKind::Statement || event.kind == EventKind::Fetch;
  const bool failed = event.kind == EventKind::Error || event.kind == EventKind::Deadlock ||
                      (event.kind == EventKind::Statement && !event.error.empty());
  if (!counts && !failed) {
    return;
  }
  const TimePoint at = event.at.value_or(a.now);
  std::optional<std::uint32_t> index;
  std::span<const NameId> tags;
  if (!event.sql.empty() || event.kind == EventKind::Statement) {
    const StatementScan& scan = event.scan != nullptr ? *event.scan : a.scanner.scan(event.sql);
    index = a.class_of(event.sql, scan);
    if (scan.comment_count > 0 && event.kind == EventKind::Statement) {
      tags = a.comment_tags.tags_of(event.sql, scan, a.names);
    }
  }
  if (event.kind == EventKind::Statement) {
    a.add_statement(*index, event, at, tags);
  } else if (event.kind == EventKind::Fetch && index && event.query_time) {
    a.row_of(*index, at).counts.query_time +=
        std::clamp(*event.query_time, Duration(0), kLongestTime);
  }
  if (failed) {
    a.add_error(index, event, at);
  }
}

bool LogAggregator::empty() const { return impl_->rows.empty() && impl_->errors.empty(); }

bool LogAggregator::full() const {
  return impl_->rows.size() >= kMaxRows || impl_->errors.size() >= kMaxRows ||
         impl_->names.size() >= Names::kMaxNames / 2 || bytes() >= kMaxBytes;
}

std::size_t LogAggregator::bytes() const {
  return impl_->rows.size() * kRowBytes + impl_->errors.size() * kErrorBytes + impl_->text_bytes +
         impl_->sample_bytes;
}

std::uint64_t LogAggregator::events() const { return impl_->events; }

Flush LogAggregator::take() {
  Impl& a = *impl_;
  Flush result;
  a.take_rows(result);
  a.take_texts(result);
  a.take_samples(result);
  a.take_errors(result);
  ++a.flush;
  a.rows.clear();
  a.row_places.clear();
  a.picked.clear();
  a.errors.clear();
  a.unsent.clear();
  a.text_bytes = 0;
  a.sample_bytes = 0;
  a.forget_too_much();
  return result;
}

}  // namespace unjam
