#include "aggregate/counter_text.h"

#include "unjam/base/utf8.h"
#include "unjam/normalize/query_tags.h"

#include <algorithm>
#include <utility>

namespace unjam {
namespace {

constexpr std::size_t kMaxSampleBytes = std::size_t{16} * 1024;
/// Texts of entries that were never executed again since unjam has watched.
constexpr std::size_t kMaxHeldBytes = std::size_t{8} << 20;

/// At most kMaxSampleBytes, without half a character at the end.
void cut(std::string& sql) {
  if (sql.size() <= kMaxSampleBytes) {
    return;
  }
  std::size_t end = kMaxSampleBytes;
  while (end > kMaxSampleBytes - 3 && (static_cast<unsigned char>(sql[end]) & 0xC0) == 0x80) {
    --end;
  }
  sql.resize(end);
}

}  // namespace

std::vector<Attribute> CounterTexts::tags_of(Dialect dialect, std::string_view sql) const {
  std::string padded(sql);
  padded.append(kScanPadding, '\0');
  const std::string_view text = std::string_view(padded).substr(0, sql.size());
  ShapeScanner scanner(dialect);
  const StatementScan& scan = scanner.scan(text);
  std::vector<Attribute> tags;
  for (std::uint32_t i = 0; i < scan.comment_count; ++i) {
    const CommentSpan& span = scan.comments[i];
    for (auto& [key, value] : parse_query_tags(text.substr(span.begin, span.end - span.begin))) {
      Attribute tag{"tag:" + key, std::move(value)};
      if (!is_per_call_tag(key) && std::find(tags.begin(), tags.end(), tag) == tags.end()) {
        tags.push_back(std::move(tag));
      }
    }
  }
  return tags;
}

std::optional<ClassSample> CounterTexts::sample_of(const CounterRow& row, FingerprintId id,
                                                   const CounterSnapshot& snapshot) {
  const bool is_execution = !row.sample.empty();
  const std::string& sql = is_execution ? row.sample : row.text;
  if (sql.empty()) {
    return std::nullopt;
  }
  std::vector<Attribute> attributes = tags_of(snapshot.dialect, sql);
  if (!is_execution && attributes.empty()) {
    return std::nullopt;  // a text without values and tags says no more than the fingerprint
  }
  if (!row.database.empty()) {
    attributes.push_back({"database", row.database});
  }
  if (!row.user.empty()) {
    attributes.push_back({"user", row.user});
  }
  ClassSample sample;
  sample.target = target_;
  sample.id = id;
  sample.masked = mask_samples_ || !is_execution;
  sample.sql = sample.masked ? mask_literals(snapshot.dialect, sql) : sql;
  cut(sample.sql);
  sample.query_time = row.sample_time;
  sample.at = row.sample_at.value_or(snapshot.at);
  sample.attributes = std::move(attributes);
  return sample;
}

CounterTexts::Text CounterTexts::read(const CounterRow& row, const CounterSnapshot& snapshot) {
  Text text;
  text.fingerprint = normalizer_.fingerprint(snapshot.dialect, row.text);
  text.dialect = snapshot.dialect;
  text.sample = sample_of(row, text.fingerprint.id, snapshot);
  return text;
}

void CounterTexts::send(FingerprintId id, Text&& text, const CounterRow& row,
                        const CounterSnapshot& snapshot, bool sent, Flush& flush) {
  if (!sent) {
    if (const auto held = held_.find(id); held != held_.end()) {
      held_bytes_ -= bytes(held->second.text);
      emit(std::move(held->second.text), flush);
      held_.erase(held);
      text.fingerprint.text.clear();
    }
    emit(std::move(text), flush);
  } else if (!row.sample.empty()) {
    if (auto sample = sample_of(row, id, snapshot)) {
      flush.samples.push_back(std::move(*sample));
    }
  }
}

bool CounterTexts::hold(Text&& text, Flush& flush) {
  const FingerprintId id = text.fingerprint.id;
  if (const auto known = held_.find(id); known != held_.end()) {
    ++known->second.entries;
    return true;
  }
  const std::size_t more = bytes(text);
  if (held_bytes_ + more > kMaxHeldBytes) {
    emit(std::move(text), flush);
    return false;
  }
  held_bytes_ += more;
  text.fingerprint.text.shrink_to_fit();
  held_.emplace(id, Held{std::move(text), 1});
  return true;
}

void CounterTexts::release(FingerprintId id) {
  const auto held = held_.find(id);
  if (held != held_.end() && --held->second.entries == 0) {
    held_bytes_ -= bytes(held->second.text);
    held_.erase(held);
  }
}

void CounterTexts::emit(Text&& text, Flush& flush) {
  if (!text.fingerprint.text.empty()) {
    flush.texts.push_back({text.fingerprint.id, std::move(text.fingerprint.text), text.dialect});
  }
  if (text.sample) {
    flush.samples.push_back(std::move(*text.sample));
  }
}

std::size_t CounterTexts::bytes(const Text& text) {
  std::size_t sum = sizeof(Held) + text.fingerprint.text.capacity();
  if (text.sample) {
    sum += text.sample->sql.capacity();
    for (const Attribute& attribute : text.sample->attributes) {
      sum += sizeof attribute + attribute.key.capacity() + attribute.value.capacity();
    }
  }
  return sum;
}

}  // namespace unjam
