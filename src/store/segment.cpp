#include "store/segment.h"

#include <algorithm>
#include <utility>

namespace unjam {
namespace {

void merge(std::vector<AttributeUse>& into, const std::vector<AttributeUse>& other) {
  for (const AttributeUse& use : other) {
    const auto place = std::lower_bound(
        into.begin(), into.end(), use.attribute,
        [](const AttributeUse& a, AttributeNumber attribute) { return a.attribute < attribute; });
    if (place == into.end() || place->attribute != use.attribute) {
      into.insert(place, use);
    } else {
      place->calls += use.calls;
      place->query_time += use.query_time;
    }
  }
}

}  // namespace

void SegmentSum::add(SegmentRow&& row) {
  const auto [found, fresh] = places_.try_emplace(row.class_number, rows_.size());
  if (fresh) {
    rows_.push_back(std::move(row));
    return;
  }
  SegmentRow& sum = rows_[found->second];
  sum.counts.merge(row.counts);
  merge(sum.attributes, row.attributes);
}

void SegmentSum::add(Segment&& segment) {
  for (SegmentRow& row : segment) {
    add(std::move(row));
  }
}

Segment SegmentSum::take() {
  std::sort(rows_.begin(), rows_.end(), [](const SegmentRow& a, const SegmentRow& b) {
    return a.class_number < b.class_number;
  });
  places_.clear();
  return std::exchange(rows_, {});
}

}  // namespace unjam
