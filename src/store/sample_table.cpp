#include "store/sample_table.h"

#include "store/period.h"
#include "store/sample_choice.h"
#include "store/sample_codec.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace unjam {
namespace {

constexpr std::size_t kMostRemembered = 100'000;

}  // namespace

void SampleTable::add(ClassNumber class_number, std::int64_t target, const ClassSample& sample) {
  if (most_ == 0) {
    return;
  }
  const std::pair place(class_number, target);
  if (const auto found = kept_.find(place);
      found != kept_.end() && sample.query_time.value_or(Duration(0)) <= found->second.slowest &&
      sample.at < found->second.newest + std::chrono::minutes(1)) {
    return;
  }
  std::vector<ClassSample> samples;
  {
    SqliteQuery query = db_.query("SELECT body FROM sample WHERE class = ? AND target = ?");
    if (query.bind(class_number).bind(target).step()) {
      samples = decode_samples(query.bytes(0));
    }
  }
  samples.push_back(sample);
  samples = choose_samples(std::move(samples), most_);
  Kept kept{samples.front().at, samples.front().query_time.value_or(Duration(0))};
  for (const ClassSample& one : samples) {
    kept.newest = std::max(kept.newest, one.at);
  }
  if (kept_.size() >= kMostRemembered) {
    kept_.clear();
  }
  kept_[place] = kept;
  const std::string body = encode_samples(samples);
  db_.query("INSERT OR REPLACE INTO sample(class, target, newest, body) VALUES(?, ?, ?, ?)")
      .bind(class_number)
      .bind(target)
      .bind(minute_of(kept.newest))
      .bind_blob(body)
      .run();
}

}  // namespace unjam
