#include "report/json_writer.h"
#include "unit/report/sample_report.h"
#include "unjam/report/render.h"

#include <chrono>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace unjam {
namespace {

using nlohmann::json;

std::string written(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(Json, StringsComeBack) {
  for (const std::string text :
       {"", "plain", "\"\\/", "a\nb\tc\rd", "在庫 🍣", "\u202E\u200B\x7f", "\x1b[0m"}) {
    EXPECT_EQ(json::parse(written(text)).get<std::string>(), text);
  }
  EXPECT_EQ(json::parse(written(std::string("\0", 1))).get<std::string>(), std::string("\0", 1));
}

TEST(Json, DeceptiveCharactersAreEscaped) {
  EXPECT_EQ(written("\x1b"), "\"\\u001b\"");
  EXPECT_EQ(written("\u202E"), "\"\\u202e\"");
  EXPECT_EQ(written("\xC2\x9B"), "\"\\u009b\"");
  EXPECT_EQ(written("\U000E0041"), "\"\\udb40\\udc41\"");
}

TEST(Json, BadBytesBecomeReplacementCharacters) {
  EXPECT_EQ(written("a\xFF"
                    "b"),
            "\"a\uFFFDb\"");
  EXPECT_EQ(written("\xED\xA0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");
}

TEST(Json, RandomBytesGiveValidJson) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 100; ++round) {
    std::string text;
    for (int at = 0; at < round * 3; ++at) {
      text += static_cast<char>(byte(random));
    }
    EXPECT_TRUE(json::accept(render_json(report_with_text(text)))) << round;
  }
}

TEST(Json, FollowsTheContract) {
  const json report = json::parse(render_json(sample_report()));
  EXPECT_EQ(report["unjam"], "1.2.3");
  EXPECT_EQ(report["totals"]["query_time_us"], 10'296'789'012);
  EXPECT_EQ(report["totals"]["lock_time_us"], 5'000'000);
  const json& query = report["queries"][0];
  EXPECT_EQ(query["fingerprint_id"], "9abfad952e873407");
  EXPECT_EQ(query["calls"], 12'345);
  EXPECT_EQ(query["query_time_s"]["max"].dump(), "8.123456");
  EXPECT_EQ(query["rows_examined"]["sum"], 4'512'345);
  EXPECT_EQ(query["tags"]["job"]["DigestJob"], 3'000);
  EXPECT_EQ(query["errors"]["1213"], 12);
  EXPECT_EQ(query["sample"]["at"], "2024-05-18T05:10:11.250000Z");
  EXPECT_EQ(query["lint"][0]["rule"], "rows-examined-ratio");
  EXPECT_EQ(query["lint"][0]["message"], "Reads 365 rows for each row it returns");
  EXPECT_EQ(report["other_queries"]["query_time_s"].dump(), "3408.665556");
  EXPECT_EQ(report["lock_waits"][0]["holders"], (json{4200, 4201}));
  EXPECT_EQ(report["lock_waits"][0]["waited_s"].dump(), "5.001234");
  EXPECT_EQ(report["deadlocks"][0]["participants"][0]["victim"], true);
  EXPECT_EQ(report["errors"][0]["code"], "40P01");
  EXPECT_EQ(report["temporary_files"][0]["max_bytes"], 200'000'000);
}

TEST(Json, WhatIsNotKnownIsAbsent) {
  const json untimed = json::parse(render_json(untimed_report()));
  EXPECT_FALSE(untimed["totals"].contains("lock_time_us"));
  EXPECT_FALSE(untimed["inputs"][0].contains("first"));
  const json& query = untimed["queries"][0];
  for (const char* key :
       {"query_time_s", "lock_time_s", "rows_examined", "rows_sent", "rows_affected", "bytes_sent",
        "first_seen", "last_seen", "databases", "users", "hosts", "errors", "sample", "trend"}) {
    EXPECT_FALSE(query.contains(key)) << key;
  }
  const json sample = json::parse(render_json(sample_report()));
  EXPECT_FALSE(sample["lock_waits"][1].contains("at"));
  EXPECT_FALSE(sample["lock_waits"][1].contains("fingerprint_id"));
  EXPECT_FALSE(sample["lock_waits"][1].contains("pid"));
  EXPECT_FALSE(sample["errors"][1].contains("code"));
  EXPECT_FALSE(sample["queries"][0].contains("rows_affected"));
  EXPECT_FALSE(json::parse(render_json(empty_report()))["inputs"][0].contains("format"));
}

TEST(Json, GroupsAreNamedAsGroups) {
  AnalysisReport report = untimed_report();
  report.grouped_by = "user";
  report.queries[0].text = "app";
  report.queries[0].fingerprints = 4;
  const json query = json::parse(render_json(report))["queries"][0];
  EXPECT_EQ(query["group"], "app");
  EXPECT_EQ(query["fingerprints"], 4);
  EXPECT_FALSE(query.contains("fingerprint_id"));
}

TEST(Json, OfGroupsOnlyWhatIsKnown) {
  AnalysisReport report = sample_report();
  report.grouped_by = "user";
  report.ranked_by = "p95";
  report.totals.fingerprints.reset();
  for (ReportQuery& query : report.queries) {
    query.fingerprints.reset();
    query.share.reset();
  }
  const json all = json::parse(render_json(report));
  EXPECT_FALSE(all["totals"].contains("fingerprints"));
  EXPECT_EQ(all["totals"]["groups"], 4 + 133);
  EXPECT_EQ(all["other_queries"]["groups"], 133);
  for (const char* key : {"fingerprints", "share", "tables"}) {
    EXPECT_FALSE(all["queries"][0].contains(key)) << key;
  }
}

TEST(Json, AnUnfiniteNumberIsStillJson) {
  AnalysisReport report = sample_report();
  report.queries[0].share = std::numeric_limits<double>::quiet_NaN();
  report.queries[0].query_time_mean_s = std::numeric_limits<double>::infinity();
  report.trend.query_time_s = {std::numeric_limits<double>::infinity(), -0.0};
  EXPECT_TRUE(json::accept(render_json(report)));
}

TEST(Json, TimeGrowsWithTheNumberOfQueries) {
  const auto seconds_for = [](std::size_t queries) {
    AnalysisReport report = untimed_report();
    report.queries.resize(queries, report.queries.front());
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_GT(render_json(report).size(), queries * 100);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  seconds_for(1'000);
  const double few = seconds_for(5'000);
  // 20 times the queries; a quadratic writer would need 400 times as long.
  EXPECT_LT(seconds_for(100'000), 100 * few + 0.5);
}

}  // namespace
}  // namespace unjam
