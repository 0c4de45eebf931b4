#include "report/html_plots.h"
#include "report/html_style.h"
#include "unit/report/sample_report.h"
#include "unit/report/sha256.h"
#include "unjam/report/render.h"

#include <limits>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// Name of a tag, with its slash when it closes; empty when an attribute is not name="value".
std::string tag_name(std::string_view tag) {
  const std::size_t space = std::min(tag.find_first_of(" />", 2), tag.size());
  const std::string name(tag.substr(1, space - 1));
  std::string_view rest = tag.substr(space);
  while (rest.starts_with(' ')) {
    const std::size_t end = rest.find_first_of("=> ", 1);
    rest.remove_prefix(end);
    if (rest.starts_with("=\"")) {
      const std::size_t close = rest.find('"', 2);
      if (close == std::string_view::npos) {
        return "";
      }
      rest.remove_prefix(close + 1);
    }
  }
  return rest == ">" || rest == "/>" ? name : "";
}

/// Fails on markup that is not well nested, on unquoted attributes and on bare < and >.
void expect_well_formed(const std::string& html) {
  std::vector<std::string> open;
  std::size_t at = html.find("<html");
  ASSERT_NE(at, std::string::npos);
  while ((at = html.find('<', at)) != std::string::npos) {
    const std::size_t end = html.find('>', at);
    ASSERT_NE(end, std::string::npos);
    const std::string tag = html.substr(at, end - at + 1);
    const std::string name = tag_name(tag);
    ASSERT_NE(name, "") << tag;
    if (name.starts_with('/')) {
      ASSERT_FALSE(open.empty()) << tag;
      ASSERT_EQ(open.back(), name.substr(1));
      open.pop_back();
    } else if (!tag.ends_with("/>") && name != "meta") {
      open.push_back(name);
    }
    at = name == "style" || name == "script" ? html.find("</" + name, end) : end;
  }
  EXPECT_TRUE(open.empty());
}

TEST(Html, IsWellFormed) {
  for (const Language language : {Language::English, Language::Japanese}) {
    expect_well_formed(render_html(sample_report(), language));
    expect_well_formed(render_html(empty_report(), language));
    expect_well_formed(render_html(untimed_report(), language));
    expect_well_formed(render_html(AnalysisReport{}, language));
  }
}

TEST(Html, LogTextIsNeverMarkup) {
  for (const std::string text :
       {"<script>EVIL()</script>", "\"><img onerror=EVIL>", "' onload='EVIL", "</title><EVIL>",
        "</pre><EVIL>", "<!-- EVIL", "]]><EVIL>", "&#60;EVIL>",
        "\xFF<\x80"
        "EVIL",
        "'<EVIL", "select '<EVIL>' from \"<EVIL>\""}) {
    const std::string html = render_html(report_with_text(text), Language::English);
    expect_well_formed(html);
    EXPECT_EQ(html.find("<EVIL"), std::string::npos) << text;
    EXPECT_EQ(html.find("<img"), std::string::npos) << text;
    std::size_t scripts = 0;
    for (std::size_t at = 0; (at = html.find("<script", at)) != std::string::npos; ++at) {
      ++scripts;
    }
    EXPECT_EQ(scripts, 1U) << text;
  }
}

TEST(Html, PolicyNamesTheStyleAndTheScript) {
  EXPECT_EQ(sha256_base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(html_style_hash(), sha256_base64(html_style()));
  EXPECT_EQ(html_script_hash(), sha256_base64(html_script()));
  const std::string html = render_html(sample_report(), Language::English);
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(html.find(">" + std::string(html_style()) + "</style>"), std::string::npos);
  EXPECT_NE(html.find(">" + std::string(html_script()) + "</script>"), std::string::npos);
}

TEST(Html, LoadsNothing) {
  const std::string html = render_html(sample_report(), Language::Japanese);
  for (const char* needle :
       {"http:", "https:", "src=", "url(", "@import", "<link", "<iframe", " style=\""}) {
    EXPECT_EQ(html.find(needle), std::string::npos) << needle;
  }
}

TEST(Html, EveryQueryIsLinkedToItsBlock) {
  const std::string html = render_html(sample_report(), Language::English);
  for (const char* id : {"q1", "q2", "q3", "q4"}) {
    EXPECT_NE(html.find(std::string("href=\"#") + id + "\""), std::string::npos);
    EXPECT_NE(html.find(std::string(" id=\"") + id + "\""), std::string::npos);
  }
}

TEST(Html, PlotsTakeAnyNumbers) {
  EXPECT_EQ(load_plot({TimePoint(), Duration(0), {1, 2}}, Language::English), "");
  EXPECT_EQ(load_plot({TimePoint(), Duration(1), {}}, Language::English), "");
  EXPECT_EQ(load_plot({TimePoint(), Duration(1), {0, -1}}, Language::English), "");
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string plot = load_plot(
      {TimePoint(), Duration(1'000'000), {infinity, 1, -infinity, 1e308}}, Language::English);
  EXPECT_EQ(plot.find("inf"), std::string::npos);
  EXPECT_EQ(plot.find("nan"), std::string::npos);
  EXPECT_EQ(spark_plot({}, 24, "x"), "");
  EXPECT_NE(bar_plot(std::numeric_limits<double>::quiet_NaN()).find("width=\"0.00%\""),
            std::string::npos);
}

TEST(Html, AxisEndsOnARoundNumber) {
  const std::vector<std::pair<double, double>> cases = {
      {0, 1},     {-1, 1}, {0.24, 0.25}, {1, 1},        {1.01, 2},
      {2.2, 2.5}, {3, 5},  {7, 10},      {0.031, 0.05}, {12345, 20000}};
  for (const auto& [value, expected] : cases) {
    EXPECT_DOUBLE_EQ(nice_ceiling(value), expected) << value;
  }
}

}  // namespace
}  // namespace unjam
