// Tally of input that a reader passed over: how often for each reason, and what the first one was.
#pragma once

#include "unjam/collect/log_reader.h"

#include <map>
#include <string>
#include <string_view>

namespace unjam {

class SkipLog {
 public:
  /// `bytes`: what was passed over; its first 200 become the sample of a new reason.
  void add(std::string_view reason, std::string_view bytes);

  const std::map<std::string, Skipped>& reasons() const { return reasons_; }

 private:
  std::map<std::string, Skipped> reasons_;
};

}  // namespace unjam
