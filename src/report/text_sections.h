// The parts of the text report below the ranking: one block per query, then what else the logs
// told.
#pragma once

#include "report/messages.h"
#include "report/text_page.h"
#include "unjam/rank/analysis_report.h"

namespace unjam {

struct TextContext {
  const AnalysisReport& report;
  Language language;
  TextPage& page;
};

/// The table of rows; what it left out is its last line.
void write_ranking(const TextContext& context);
void write_query_block(const TextContext& context, std::size_t rank, const ReportQuery& query);
/// Of one query: its text, figures and lint findings, without its sample.
void write_query_body(const TextContext& context, const ReportQuery& query);
void write_sample(const TextContext& context, const QuerySample& sample);
void write_section(const TextContext& context, Message title);
/// What ran in the period before and no more.
void write_gone(const TextContext& context);
void write_errors(const TextContext& context);
void write_lock_waits(const TextContext& context);
void write_deadlocks(const TextContext& context);
void write_temporary_files(const TextContext& context);
void write_skipped(const TextContext& context);
void write_notes(const TextContext& context);

}  // namespace unjam
