// Every medium with every kind of hostile text in every place that comes from a log.
#include "report/unicode.h"
#include "unit/report/sample_report.h"
#include "unjam/report/doctor_report.h"
#include "unjam/report/render.h"
#include "unjam/report/render_class.h"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// Fails on a character that acts or hides, apart from line feeds, and on bytes that are not UTF-8.
void expect_clean(std::string_view text, std::string_view medium) {
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    ASSERT_TRUE(next.valid) << medium;
    ASSERT_TRUE(next.value == '\n' || !is_deceptive(next.value))
        << medium << ": " << static_cast<unsigned>(next.value);
    text.remove_prefix(next.bytes);
  }
}

void expect_all_clean(const AnalysisReport& report) {
  for (const Language language : {Language::English, Language::Japanese}) {
    expect_clean(render_text(report, {language, false, 100}), "text");
    expect_clean(render_markdown(report, language), "markdown");
    expect_clean(render_html(report, language), "html");
  }
  expect_clean(render_csv(report), "csv");
  expect_clean(render_json(report), "json");
}

void expect_stored_clean(const std::string& text) {
  expect_all_clean(stored_with_text(text));
  const ClassReport described = class_with_text(text);
  for (const Language language : {Language::English, Language::Japanese}) {
    expect_clean(render_class_text(described, {language, false, 100}), "class text");
    expect_clean(render_class_markdown(described, language), "class markdown");
    expect_clean(render_class_html(described, language), "class html");
  }
  expect_clean(render_class_json(described), "class json");
  const DoctorReport doctor = doctor_with_text(text);
  expect_clean(render_doctor_text(doctor, {Language::English, false, 100}), "doctor text");
  expect_clean(render_doctor_json(doctor), "doctor json");
}

TEST(Hostile, NothingActsAndNothingHides) {
  for (const std::string& text :
       {std::string("\x1b[2J\x1b]8;;x\x07"), std::string("\u202Etxt\u2066"), std::string("a\0b", 3),
        std::string("\xFF\xFE\xC0"), std::string("\u200B\uFEFF\u00AD"), std::string("\r\n\t\v\f"),
        std::string("\xC2\x85\xC2\x9B"), std::string(), std::string(" "), std::string("'"),
        std::string("\U000E0001\U0010FFFF")}) {
    expect_all_clean(report_with_text(text));
    expect_stored_clean(text);
  }
}

TEST(Hostile, RandomBytes) {
  std::mt19937 random(11);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 20; ++round) {
    std::string text;
    for (int at = 0; at < round * 40; ++at) {
      text += static_cast<char>(byte(random));
    }
    expect_all_clean(report_with_text(text));
    expect_stored_clean(text);
  }
}

TEST(Hostile, MarkupOfStoredTextsIsText) {
  const std::string text = "<script>alert(1)</script>";
  for (const std::string& html : {render_html(stored_with_text(text), Language::English),
                                  render_class_html(class_with_text(text), Language::English)}) {
    EXPECT_EQ(html.find("<script>alert"), std::string::npos);
    EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  }
  const std::string csv = render_csv(stored_with_text("=cmd()"));
  EXPECT_EQ(csv.find(",\"=cmd"), std::string::npos);
}

TEST(Hostile, LongTextsAreCutForPeople) {
  const std::string text = "select '" + std::string(2'000'000, 'x') + "' from t";
  const AnalysisReport report = report_with_text(text);
  EXPECT_LT(render_text(report, {}).size(), 400'000U);
  EXPECT_LT(render_markdown(report, Language::English).size(), 400'000U);
  EXPECT_LT(render_html(report, Language::English).size(), 1'000'000U);
  EXPECT_NE(render_text(report, {}).find("more bytes"), std::string::npos);
}

TEST(Hostile, ExtremeNumbers) {
  AnalysisReport report = sample_report();
  for (ReportQuery& query : report.queries) {
    query.timed = true;
    query.calls = std::numeric_limits<std::uint64_t>::max();
    query.query_time = Duration::max();
    query.p95 = Duration::max();
    query.query_time_min = Duration::min();
    query.query_time_mean_s = 1e300;
    query.query_time_stddev_s = 1e300;
    query.share = -5;
    query.rows_examined = query.rows_sent = std::numeric_limits<std::uint64_t>::max();
    query.rows_affected = 0;
    query.trend.slice = Duration::max();
    query.trend.query_time_s = {1e308, 1e308, -1e308};
  }
  report.queries[0].calls = 0;
  report.trend.slice = Duration(1);
  report.trend.query_time_s = {1e308, 1e308};
  report.totals.query_time = Duration::max();
  report.inputs[0].last = report.inputs[0].first;
  expect_all_clean(report);
}

}  // namespace
}  // namespace unjam
