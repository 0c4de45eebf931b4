// Whole reports against golden/*; UNJAM_UPDATE_GOLDEN=1 rewrites them.
#include "unit/report/sample_report.h"
#include "unjam/report/doctor_report.h"
#include "unjam/report/render.h"
#include "unjam/report/render_class.h"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct GoldenCase {
  std::string file;
  std::function<std::string()> render;
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

AnalysisReport by_user() {
  AnalysisReport report = sample_report();
  report.grouped_by = "user";
  report.ranked_by = "p95";
  report.totals.fingerprints.reset();
  for (ReportQuery& query : report.queries) {
    query.sample.reset();
    query.text = "app_" + std::to_string(query.calls);
    query.fingerprints.reset();
    query.share.reset();
  }
  return report;
}

TEST(Golden, EveryMedium) {
  const std::vector<GoldenCase> cases = {
      {"sample.en.txt", [] { return render_text(sample_report(), {}); }},
      {"sample.ja.txt",
       [] {
         return render_text(sample_report(), {Language::Japanese, false, 100});
       }},
      {"sample.colour.txt",
       [] {
         return render_text(sample_report(), {Language::English, true, 72});
       }},
      {"users.en.txt", [] { return render_text(by_user(), {}); }},
      {"untimed.en.txt", [] { return render_text(untimed_report(), {}); }},
      {"empty.en.txt", [] { return render_text(empty_report(), {}); }},
      {"sample.json", [] { return render_json(sample_report()); }},
      {"untimed.json", [] { return render_json(untimed_report()); }},
      {"users.json", [] { return render_json(by_user()); }},
      {"sample.en.md", [] { return render_markdown(sample_report(), Language::English); }},
      {"sample.ja.md", [] { return render_markdown(sample_report(), Language::Japanese); }},
      {"sample.en.html", [] { return render_html(sample_report(), Language::English); }},
      {"sample.ja.html", [] { return render_html(sample_report(), Language::Japanese); }},
      {"empty.en.html", [] { return render_html(empty_report(), Language::English); }},
      {"stored.en.txt", [] { return render_text(stored_report(), {}); }},
      {"stored.ja.txt",
       [] {
         return render_text(stored_report(), {Language::Japanese, false, 100});
       }},
      {"stored.json", [] { return render_json(stored_report()); }},
      {"stored.en.md", [] { return render_markdown(stored_report(), Language::English); }},
      {"stored.en.html", [] { return render_html(stored_report(), Language::English); }},
      {"stored.csv", [] { return render_csv(stored_report()); }},
      {"nothing_stored.en.txt", [] { return render_text(nothing_stored_report(), {}); }},
      {"class.en.txt", [] { return render_class_text(class_report(), {}); }},
      {"class.ja.txt",
       [] {
         return render_class_text(class_report(), {Language::Japanese, false, 100});
       }},
      {"class.json", [] { return render_class_json(class_report()); }},
      {"class.en.md", [] { return render_class_markdown(class_report(), Language::English); }},
      {"class.ja.html", [] { return render_class_html(class_report(), Language::Japanese); }},
      {"class.en.html", [] { return render_class_html(class_report(), Language::English); }},
      {"doctor.txt", [] { return render_doctor_text(doctor_report(), {}); }},
      {"doctor.ja.txt",
       [] {
         return render_doctor_text(doctor_report(), {Language::Japanese, false, 100});
       }},
      {"doctor.json", [] { return render_doctor_json(doctor_report()); }},
      {"sample.csv", [] { return render_csv(sample_report()); }}};
  const bool update = std::getenv("UNJAM_UPDATE_GOLDEN") != nullptr;
  for (const GoldenCase& golden : cases) {
    const std::string path = std::string(UNJAM_TESTS_DIR) + "/unit/report/golden/" + golden.file;
    const std::string rendered = golden.render();
    if (update) {
      std::ofstream(path, std::ios::binary) << rendered;
    }
    EXPECT_EQ(read(path), rendered) << golden.file;
  }
}

}  // namespace
}  // namespace unjam
