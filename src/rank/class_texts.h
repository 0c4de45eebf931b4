// What the store knows of a class besides numbers: text, sample, errors, users and tags, lint.
#pragma once

#include "rank/stored_rows.h"
#include "unjam/rank/analysis_report.h"
#include "unjam/rank/lint.h"
#include "unjam/rank/top.h"
#include "unjam/store/store.h"

#include <span>

namespace unjam {

/// `query.text`, dialect and tables.
void set_text(const StoreReader& store, FingerprintId id, ReportQuery& query);

/// The slowest sample of the wanted targets; masked, unless literals were asked for.
void set_sample(const StoreReader& store, const TopOptions& options, ReportQuery& query);
QuerySample report_sample(const ClassSample& sample, const std::optional<Dialect>& dialect,
                          bool show_literals);

/// Errors by code; of `all`, those that nothing tells the code of are "unknown".
void set_errors(const StoreReader& store, std::span<const StoreScope> scopes, std::uint64_t all,
                ReportQuery& query);

/// Users, databases, hosts and tags.
void set_attributes(const StoreReader& store, std::span<const StoreScope> scopes,
                    ReportQuery& query);

void set_lint(const Linter& linter, const Counts& counts, bool japanese, ReportQuery& query);

}  // namespace unjam
