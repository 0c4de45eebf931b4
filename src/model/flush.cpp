#include "unjam/model/flush.h"

namespace unjam {

std::size_t Flush::bytes() const {
  std::size_t sum = sizeof(Flush);
  for (const Slice& slice : slices) {
    sum += sizeof slice;
    for (const ClassDelta& delta : slice.classes) {
      sum += sizeof delta + delta.counts.histogram.memory();
      for (const AttributeCount& count : delta.attributes) {
        sum += sizeof count + count.attribute.key.size() + count.attribute.value.size();
      }
    }
  }
  for (const ClassText& text : texts) {
    sum += sizeof text + text.text.size();
  }
  for (const ClassSample& sample : samples) {
    sum += sizeof sample + sample.sql.size() + sample.parameters.size();
  }
  for (const ErrorDelta& error : errors) {
    sum += sizeof error + error.message.size();
  }
  for (const Checkpoint& checkpoint : checkpoints) {
    sum += sizeof checkpoint + checkpoint.key.size() + checkpoint.state.size();
  }
  return sum;
}

}  // namespace unjam
