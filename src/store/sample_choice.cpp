#include "store/sample_choice.h"

#include "unjam/model/sql.h"

#include <algorithm>
#include <string>
#include <utility>

namespace unjam {
namespace {

std::uint64_t hash_of(const ClassSample& sample) {
  return fingerprint_id(std::to_string(sample.at.time_since_epoch().count()) + sample.sql).value;
}

}  // namespace

std::vector<ClassSample> choose_samples(std::vector<ClassSample> samples, std::size_t most) {
  const std::size_t size = std::min(most, samples.size());
  const std::size_t slowest = (4 * size + 9) / 10;
  const std::size_t newest = (3 * size + 9) / 10;
  const auto is_newer = [](const ClassSample& a, const ClassSample& b) { return a.at > b.at; };
  const auto is_slower = [](const ClassSample& a, const ClassSample& b) {
    return std::pair(a.query_time.value_or(Duration(-1)), a.at) >
           std::pair(b.query_time.value_or(Duration(-1)), b.at);
  };
  auto next = samples.begin();
  std::stable_sort(next, samples.end(), is_slower);
  next += static_cast<std::ptrdiff_t>(slowest);
  std::stable_sort(next, samples.end(), is_newer);
  next += static_cast<std::ptrdiff_t>(std::min(newest, size - slowest));
  std::stable_sort(next, samples.end(), [](const ClassSample& a, const ClassSample& b) {
    return hash_of(a) < hash_of(b);
  });
  samples.resize(size);
  return samples;
}

}  // namespace unjam
