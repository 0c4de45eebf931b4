// The parts of the HTML report below the ranking: one folded block per query, then what else the
// logs told.
#pragma once

#include "report/messages.h"
#include "unjam/report/render.h"

#include <string>

namespace unjam {

struct HtmlContext {
  const AnalysisReport& report;
  Language language;
  std::string& out;
};

/// A label of the catalogue, escaped.
std::string html_label(Language language, Message key);
/// A statement as a row calls it, in <code>; long ones are cut.
std::string html_name(const HtmlContext& context, const ReportQuery& query);

/// Of one query: its text, lint findings and sample beside its figures.
void write_html_query_body(const HtmlContext& context, const ReportQuery& query);
void write_html_sample(const HtmlContext& context, const QuerySample& sample);

void write_html_query(const HtmlContext& context, std::size_t rank, const ReportQuery& query);
/// Errors, lock waits, deadlocks, temporary files, skipped stretches, notes: those that there are.
void write_html_sections(const HtmlContext& context);

}  // namespace unjam
