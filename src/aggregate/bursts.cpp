#include "aggregate/bursts.h"

namespace unjam {

std::uint64_t Bursts::add(std::uint64_t session, std::uint32_t class_index, TimePoint at) {
  Run& run = runs_[session % runs_.size()];
  const bool goes_on = run.length > 0 && run.session == session && run.class_index == class_index &&
                       at - run.at <= std::chrono::seconds(1);
  run = {session, goes_on ? run.length + 1 : 1, at, class_index};
  return run.length;
}

}  // namespace unjam
