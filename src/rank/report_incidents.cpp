#include "rank/report_rows.h"

#include <algorithm>

namespace unjam {
namespace {

constexpr std::size_t kMostListed = 1000;

std::string text_of(const Aggregator& seen, FingerprintId id) {
  const QueryClass* row = seen.find(id);
  return row == nullptr ? std::string() : row->text;
}

template <typename List, typename Heavier>
void keep_heaviest(List& list, Heavier heavier) {
  std::stable_sort(list.begin(), list.end(), heavier);
  if (list.size() > kMostListed) {
    list.resize(kMostListed);
  }
}

}  // namespace

void add_incidents(const Aggregator& seen, const RankOptions& options, AnalysisReport& report) {
  const Incidents& incidents = seen.incidents();
  for (const auto& [key, error] : incidents.errors) {
    report.errors.push_back({key.code, key.severity,
                             options.show_literals ? error.message : key.message, key.id,
                             text_of(seen, key.id), error.count, error.first, error.last});
  }
  keep_heaviest(report.errors, [](const auto& a, const auto& b) { return a.count > b.count; });
  for (const auto& [key, wait] : incidents.lock_waits) {
    report.lock_waits.push_back({wait.at, key.id, text_of(seen, key.id), key.mode, key.object,
                                 wait.database, wait.user, wait.pid, wait.holders, wait.waited,
                                 key.acquired, wait.count});
  }
  keep_heaviest(report.lock_waits,
                [](const auto& a, const auto& b) { return a.waited > b.waited; });
  for (const Incidents::DeadlockReport& deadlock : incidents.deadlocks) {
    ReportDeadlock shown{deadlock.at, deadlock.database, {}};
    for (const Incidents::Participant& participant : deadlock.participants) {
      shown.participants.push_back({participant.pid, participant.blocked_by, participant.id,
                                    text_of(seen, participant.id), participant.mode,
                                    participant.object, participant.victim});
    }
    report.deadlocks.push_back(std::move(shown));
  }
  for (const auto& [id, files] : incidents.temporary_files) {
    report.temporary_files.push_back(
        {id, text_of(seen, id), files.count, files.bytes, files.max_bytes});
  }
  keep_heaviest(report.temporary_files,
                [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
}

}  // namespace unjam
