#include "report/neutralise.h"

#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct TextCase {
  std::string_view name;
  std::string input;
  std::string expected;
};

using Neutralise = std::string (*)(std::string_view);

void check(Neutralise neutralise, const std::vector<TextCase>& cases) {
  for (const TextCase& one : cases) {
    EXPECT_EQ(neutralise(one.input), one.expected) << one.name;
  }
}

TEST(Neutralise, VisibleLine) {
  check(visible_line,
        {{"plain", "select 1", "select 1"},
         {"empty", "", ""},
         {"Japanese stays", "在庫テーブル", "在庫テーブル"},
         {"emoji stays", "🍣", "🍣"},
         {"escape sequence", "a\x1b[31mred\x1b]0;title\x07", "a\\x1b[31mred\\x1b]0;title\\x07"},
         {"NUL and DEL", std::string("a\0b\x7f", 4), "a\\x00b\\x7f"},
         {"line feed, tab, CR", "a\nb\tc\rd", "a\\nb\\tc\\rd"},
         {"C1 control (CSI)",
          "a\xC2\x9B"
          "31m",
          "a\\u009b31m"},
         {"bidi override", "a\u202Eb\u202C", "a\\u202eb\\u202c"},
         {"bidi isolate", "\u2066x\u2069", "\\u2066x\\u2069"},
         {"bidi marks", "\u200E\u200F\u061C", "\\u200e\\u200f\\u061c"},
         {"zero width", "a\u200Bb\u200Dc\uFEFF", "a\\u200bb\\u200dc\\ufeff"},
         {"soft hyphen, fillers", "\u00AD\u3164\u2800", "\\u00ad\\u3164\\u2800"},
         {"line separator", "a\u2028b", "a\\u2028b"},
         {"tag character", "\U000E0041", "\\ue0041"},
         {"invalid byte",
          "a\xFF"
          "b",
          "a\\xffb"},
         {"overlong slash", "\xC0\xAF", "\\xc0\\xaf"},
         {"surrogate", "\xED\xA0\x80", "\\xed\\xa0\\x80"},
         {"beyond Unicode", "\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
         {"cut character", "a\xE3\x81", "a\\xe3\\x81"},
         {"lead before ASCII",
          "\xE3"
          "ab",
          "\\xe3ab"}});
}

TEST(Neutralise, VisibleTextKeepsLines) {
  check(visible_text, {{"lines", "a\nb", "a\nb"},
                       {"CRLF", "a\r\nb", "a\nb"},
                       {"lone CR overwrites a terminal line", "a\rb", "a\\rb"},
                       {"tab", "\ta", "  a"},
                       {"escape", "\x1b[2J", "\\x1b[2J"}});
}

TEST(Neutralise, Html) {
  check(html_text,
        {{"element", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
         {"attribute", "\" onload='x'", "&quot; onload=&#39;x&#39;"},
         {"entity", "&lt;", "&amp;lt;"},
         {"control", "\x1b", "\\x1b"},
         {"bidi", "\u202E", "\\u202e"},
         {"lines stay", "a\nb", "a\nb"}});
}

TEST(Neutralise, MarkdownCode) {
  check(markdown_code, {{"plain", "a", "`a`"},
                        {"back-tick inside", "a`b", "``a`b``"},
                        {"runs", "a``b`c", "```a``b`c```"},
                        {"at the edges", "`a`", "`` `a` ``"},
                        {"blank at both edges", " a ", "`  a  `"},
                        {"empty", "", "` `"},
                        {"line feed", "a\n# b", "`a\\n# b`"}});
}

TEST(Neutralise, MarkdownCell) {
  check(markdown_cell, {{"bar", "a|b", "`a\\|b`"},
                        {"backslash before a bar", "a\\|b", "`a\\ \\|b`"},
                        {"backslash at the end", "a\\", "`a\\ `"},
                        {"mention", "@team", "`@team`"}});
}

TEST(Neutralise, MarkdownText) {
  check(markdown_text, {{"emphasis", "*a* _b_ ~c~", "\\*a\\* \\_b\\_ \\~c\\~"},
                        {"code", "`a`", "\\`a\\`"},
                        {"heading", "# a", "\\#<!-- --> a"},
                        {"issue", "#12", "\\#<!-- -->12"},
                        {"link", "[a](b)", "\\[a\\](b)"},
                        {"image", "![a](b)", "\\!\\[a\\](b)"},
                        {"bare link", "http://x", "http:<!-- -->//x"},
                        {"www", "www.x", "www<!-- -->.x"},
                        {"mention", "@team", "@<!-- -->team"},
                        {"mail", "a@b", "a@<!-- -->b"},
                        {"HTML", "<img src=x>", "\\<img src=x\\>"},
                        {"entity", "&#64;", "\\&\\#<!-- -->64;"},
                        {"list", "- a", "\\- a"},
                        {"numbered list", "1. a", "1\\. a"},
                        {"number", "42.1 %", "42.1 %"},
                        {"table", "a|b", "a\\|b"},
                        {"lines", "a\nb", "a\\\\nb"}});
}

TEST(Neutralise, MarkdownFence) {
  EXPECT_EQ(markdown_fence("a", "sql"), "```sql\na\n```\n");
  EXPECT_EQ(markdown_fence("a\n", ""), "```\na\n```\n");
  EXPECT_EQ(markdown_fence("x\n```\n# out", "sql"), "````sql\nx\n```\n# out\n````\n");
  EXPECT_EQ(markdown_fence("`````", ""), "``````\n`````\n``````\n");
}

TEST(Neutralise, Csv) {
  check(csv_field, {{"plain", "a", "\"a\""},
                    {"quote", "a\"b", "\"a\"\"b\""},
                    {"comma", "a,b", "\"a,b\""},
                    {"line feed stays inside", "a\nb", "\"a\nb\""},
                    {"equals", "=1+1", "\"'=1+1\""},
                    {"plus", "+1", "\"'+1\""},
                    {"minus", "-1", "\"'-1\""},
                    {"at", "@SUM(1)", "\"'@SUM(1)\""},
                    {"tab", "\t=1", "\"'  =1\""},
                    {"CR", "\r=1", "\"'\\r=1\""},
                    {"line feed in front", "\n=1", "\"'\n=1\""},
                    {"full-width", "＝1", "\"'＝1\""},
                    {"not in front", "a=1", "\"a=1\""}});
}

}  // namespace
}  // namespace unjam
