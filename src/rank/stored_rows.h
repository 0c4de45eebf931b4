// Sums of the store as rows: of classes, targets, tables, or values of an attribute.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/rank/heaviest.h"
#include "unjam/rank/top.h"
#include "unjam/store/store.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace unjam {

/// Times in microseconds; 0 when the source does not tell it.
double measure(const Counts& counts, RankBy by);
bool tells(const Counts& counts, RankBy by);
/// The least that has to be fetched to rank by it.
Detail detail_for(RankBy by);

struct StoredRow {
  FingerprintId id;  ///< Of a class.
  std::string name;  ///< Of a group.
  Counts counts;
  std::optional<std::uint64_t> fingerprints;
  std::vector<FingerprintId> classes;  ///< Of a table.
};

/// Whole sums of the scopes; a value of an attribute that executions have none of is "".
struct WholeLoad {
  std::uint64_t calls = 0;
  Duration query_time{0};
};
std::vector<StoredRow> stored_rows(const StoreReader& store, std::span<const StoreScope> scopes,
                                   const TopGroup& group, Detail detail, const WholeLoad& whole);

/// Of these classes, over all scopes, in the order asked for.
std::vector<Counts> class_counts(const StoreReader& store, std::span<const StoreScope> scopes,
                                 Detail detail, std::span<const FingerprintId> classes);

/// Of a trend over `range`, `most` at most: over many days one a day, because finer ones are read
/// from many more periods, and tell little more.
std::size_t trend_slices(const TimeRange& range, std::size_t most);
/// Of each class, over all scopes, in equal slices of the scopes' range.
std::vector<Trend> class_trends(const StoreReader& store, std::span<const StoreScope> scopes,
                                std::span<const FingerprintId> classes, std::size_t slices);
/// Of all classes together.
Trend whole_trend(const StoreReader& store, std::span<const StoreScope> scopes, std::size_t slices);

/// Fills the numbers of `query`.
void set_numbers(ReportQuery& query, const Counts& counts);

/// What lint wants to know of a class.
std::map<std::string, double> lint_measures(const Counts& counts);

}  // namespace unjam
