#include "unjam/rank/top.h"

#include "unit/rank/stored_history.h"
#include "unjam/base/error.h"

#include <map>
#include <numeric>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint kNow = *parse_time("2026-11-22T12:00:00Z");

TopOptions last(Duration length) {
  TopOptions options;
  options.range = {kNow - length, kNow};
  return options;
}

AnalysisReport top(StoredHistory& history, const TopOptions& options) {
  return rank_top(history.reader(), options, nullptr);
}

std::vector<std::string> texts(const AnalysisReport& report) {
  std::vector<std::string> all;
  for (const ReportQuery& query : report.queries) {
    all.push_back(query.text);
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST(Top, RanksByLoadSharesAddUpAndTheRestIsOneRow) {
  StoredHistory history;
  for (int n = 1; n <= 30; ++n) {
    history.add("shop", Source::Log, kNow - minutes(n), "select " + std::to_string(n) + " from t",
                static_cast<std::uint64_t>(n), milliseconds(100));
  }
  TopOptions options = last(hours(24));
  options.top = 3;
  const AnalysisReport report = top(history, options);
  EXPECT_EQ(texts(report), (Texts{"select 30 from t", "select 29 from t", "select 28 from t"}));
  EXPECT_EQ(report.other.rows, 27U);
  EXPECT_EQ(report.other.calls, 27U * 28 / 2);
  EXPECT_EQ(report.totals.statements, 465U);
  EXPECT_EQ(report.totals.fingerprints, 30U);
  EXPECT_EQ(report.totals.query_time, milliseconds(46'500));
  double shares = static_cast<double>(report.other.query_time.count()) /
                  static_cast<double>(report.totals.query_time.count());
  for (const ReportQuery& query : report.queries) {
    shares += *query.share;
  }
  EXPECT_NEAR(shares, 1.0, 1e-9);
  const std::vector<double>& trend = report.queries[0].trend.query_time_s;
  EXPECT_NEAR(std::accumulate(trend.begin(), trend.end(), 0.0), 3.0, 1e-9);
  EXPECT_NEAR(
      std::accumulate(report.trend.query_time_s.begin(), report.trend.query_time_s.end(), 0.0),
      46.5, 1e-9);
  EXPECT_EQ(report.queries[0].tables, Texts{"t"});
}

TEST(Top, EveryMeasureRanks) {
  StoredHistory history;
  const auto add = [&](const char* sql, std::uint64_t calls, Duration each, std::uint64_t lock_us,
                       std::uint64_t examined, std::uint64_t errors) {
    ClassDelta& delta = history.add("shop", Source::Log, kNow - minutes(5), sql, calls, each);
    delta.counts.lock_time.add(lock_us);
    delta.counts.rows_examined.add(examined);
    delta.counts.errors = errors;
  };
  add("often", 1000, milliseconds(1), 1, 1, 1);
  add("slow", 2, seconds(3), 2, 2, 2);
  add("locks", 3, milliseconds(3), 1'000'000, 3, 3);
  add("reads", 4, milliseconds(4), 4, 1'000'000, 4);
  add("fails", 5, milliseconds(5), 5, 5, 500);
  // One execution that took long among many that did not: the longest, not the slowest at p95.
  history.add("shop", Source::Log, kNow - minutes(5), "rarely slow", 100, milliseconds(2))
      .counts.query_time_max = seconds(9);
  const std::map<std::string, std::string> first = {
      {"load", "slow"},  {"calls", "often"}, {"p95", "slow"},    {"max", "rarely slow"},
      {"lock", "locks"}, {"rows", "reads"},  {"errors", "fails"}};
  for (const auto& [by, expected] : first) {
    TopOptions options = last(hours(1));
    options.by = parse_top_by(by).value();
    const AnalysisReport report = top(history, options);
    EXPECT_EQ(report.queries.at(0).text, expected) << by;
    EXPECT_EQ(report.ranked_by, by);
    EXPECT_EQ(report.queries[0].share.has_value(), by != "p95" && by != "max") << by;
  }
  EXPECT_FALSE(parse_top_by("cost"));
  EXPECT_FALSE(parse_top_by("mean"));
}

TEST(Top, TiesAreBrokenAlways) {
  StoredHistory history;
  for (const char* sql : {"a", "b", "c", "d", "e"}) {
    history.add("shop", Source::Log, kNow - minutes(5), sql, 1, milliseconds(1));
  }
  const AnalysisReport report = top(history, last(hours(1)));
  for (std::size_t at = 1; at < report.queries.size(); ++at) {
    EXPECT_LT(report.queries[at - 1].id, report.queries[at].id);
  }
}

TEST(Top, AServerSeenTwiceCountsOnce) {
  StoredHistory history;
  for (int hour = 1; hour <= 20; ++hour) {
    const TimePoint at = kNow - hours(hour);
    history.add("both", Source::Log, at, "q", 1, seconds(1));
    history.add("both", Source::Counters, at, "q", 10, milliseconds(200));
    history.add("log only", Source::Log, at, "q", 100, milliseconds(1));
  }
  // Counters that began an hour ago do not cover the day.
  history.add("new counters", Source::Log, kNow - hours(20), "q", 7, milliseconds(1));
  history.add("new counters", Source::Log, kNow - hours(1), "q", 7, milliseconds(1));
  history.add("new counters", Source::Counters, kNow - hours(1), "q", 1'000'000, milliseconds(1));
  const AnalysisReport report = top(history, last(hours(24)));
  EXPECT_EQ(report.totals.statements, 200U + 2000U + 14U);
  ASSERT_EQ(report.queries.size(), 1U);
  EXPECT_EQ(report.queries[0].calls, 2214U);
  const auto& sources = report.history->sources;
  ASSERT_EQ(sources.size(), 3U);
  EXPECT_EQ(sources[0].target, "both");
  EXPECT_EQ(sources[0].source, Source::Counters);
  EXPECT_EQ(sources[0].choice, SourceChoice::Complete);
  EXPECT_EQ(sources[1].choice, SourceChoice::Only);
  EXPECT_EQ(sources[2].source, Source::Log);
  EXPECT_EQ(sources[2].choice, SourceChoice::Longer);
  const std::vector<double>& trend = report.queries[0].trend.query_time_s;
  EXPECT_NEAR(std::accumulate(trend.begin(), trend.end(), 0.0), 40.0 + 2.0 + 0.014, 1e-6);
}

TEST(Top, AMeasureThatCountersDoNotTellIsTakenFromTheLog) {
  StoredHistory history;
  history.add("pg", Source::Log, kNow - minutes(5), "q", 1, seconds(1));
  history.add("pg", Source::Counters, kNow - minutes(5), "q", 10, milliseconds(200));
  const std::map<std::string, Source> expected = {{"load", Source::Counters},
                                                  {"calls", Source::Counters},
                                                  {"p95", Source::Log},
                                                  {"max", Source::Log}};
  for (const auto& [by, source] : expected) {
    TopOptions options = last(hours(1));
    options.by = parse_top_by(by).value();
    const AnalysisReport report = top(history, options);
    ASSERT_EQ(report.history->sources.size(), 1U);
    EXPECT_EQ(report.history->sources[0].source, source) << by;
  }
  TopOptions options = last(hours(1));
  options.by = RankBy::P95;
  options.source = Source::Counters;
  const AnalysisReport report = top(history, options);
  EXPECT_EQ(report.unmeasured, 1U);
  EXPECT_FALSE(report.queries.at(0).p95);
  EXPECT_EQ(report.history->sources.at(0).choice, SourceChoice::Asked);
}

TEST(Top, OneSourceAsked) {
  StoredHistory history;
  history.add("both", Source::Log, kNow - minutes(5), "q", 1, seconds(1));
  history.add("both", Source::Counters, kNow - minutes(5), "q", 10, milliseconds(200));
  history.add("log only", Source::Log, kNow - minutes(5), "q", 100, milliseconds(1));
  TopOptions options = last(hours(1));
  options.source = Source::Counters;
  const AnalysisReport report = top(history, options);
  EXPECT_EQ(report.totals.statements, 10U);
  EXPECT_EQ(report.history->without, Texts{"log only"});
}

TEST(Top, TargetsAreFiltered) {
  StoredHistory history;
  history.add("a", Source::Log, kNow - minutes(5), "q", 1, seconds(1));
  history.add("b", Source::Log, kNow - minutes(5), "q", 10, seconds(1));
  history.add("c", Source::Log, kNow - hours(50), "q", 10, seconds(1));
  TopOptions options = last(hours(1));
  options.targets = {"a", "c"};
  const AnalysisReport report = top(history, options);
  EXPECT_EQ(report.totals.statements, 1U);
  EXPECT_EQ(report.history->without, Texts{"c"});
  options.targets = {"d"};
  try {
    top(history, options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_STREQ(error.what(), "--target d: the store has no numbers of it; it has a, b, c");
  }
}

TEST(Top, AnEmptyRangeTellsWhatThereIs) {
  StoredHistory history;
  EXPECT_FALSE(top(history, last(hours(1))).history->available);
  StoredHistory old;
  old.add("a", Source::Log, kNow - hours(90), "q", 1, seconds(1));
  old.add("a", Source::Log, kNow - hours(50), "q", 1, seconds(1));
  const AnalysisReport report = top(old, last(hours(1)));
  EXPECT_TRUE(report.queries.empty());
  ASSERT_TRUE(report.history->available);
  EXPECT_EQ(report.history->available->begin, kNow - hours(90));
  EXPECT_EQ(report.history->available->end, kNow - hours(50));
}

TEST(Top, GroupsByAttribute) {
  StoredHistory history;
  const auto add = [&](const char* sql, std::uint64_t calls, const char* job, const char* user) {
    ClassDelta& delta =
        history.add("shop", Source::Log, kNow - minutes(5), sql, calls, milliseconds(10));
    if (*job != '\0') {
      delta.attributes.push_back({{"tag:job", job}, calls, delta.counts.query_time});
    }
    delta.attributes.push_back({{"user", user}, calls, delta.counts.query_time});
  };
  add("a", 10, "DigestJob", "app");
  add("b", 20, "DigestJob", "batch");
  add("c", 5, "MailJob", "app");
  add("d", 100, "", "app");
  TopOptions options = last(hours(1));
  options.group = parse_top_group("job").value();
  const AnalysisReport report = top(history, options);
  EXPECT_EQ(texts(report), (Texts{"", "DigestJob", "MailJob"}));
  EXPECT_EQ(report.queries[0].calls, 100U);
  EXPECT_EQ(report.queries[1].calls, 30U);
  EXPECT_EQ(report.queries[1].fingerprints, 2U);
  EXPECT_NEAR(*report.queries[0].share + *report.queries[1].share + *report.queries[2].share, 1.0,
              1e-9);
  options.by = RankBy::P95;
  EXPECT_THROW(top(history, options), Error);
  options.by = RankBy::Time;
  options.group = parse_top_group("user").value();
  EXPECT_EQ(texts(top(history, options)), (Texts{"app", "batch"}));
  EXPECT_FALSE(parse_top_group("tag:"));
  EXPECT_FALSE(parse_top_group("colour"));
  EXPECT_EQ(parse_top_group("tag:team").value().attribute, "tag:team");
}

TEST(Top, TagsComeFromTheLogThoughCountersAreComplete) {
  StoredHistory history;
  ClassDelta& delta = history.add("shop", Source::Log, kNow - minutes(5), "q", 2, milliseconds(10));
  delta.attributes.push_back({{"tag:job", "DigestJob"}, 2, milliseconds(20)});
  history.add("shop", Source::Counters, kNow - minutes(5), "q", 50, milliseconds(10));
  TopOptions options = last(hours(1));
  options.group = parse_top_group("job").value();
  const AnalysisReport report = top(history, options);
  EXPECT_EQ(texts(report), Texts{"DigestJob"});
  EXPECT_EQ(report.totals.statements, 2U);
  EXPECT_EQ(report.history->sources.at(0).choice, SourceChoice::Tells);
}

TEST(Top, GroupsByTargetAndTable) {
  StoredHistory history;
  history.add("a", Source::Log, kNow - minutes(5), "select * from x join y on x.id = y.id", 1,
              seconds(4));
  history.add("b", Source::Log, kNow - minutes(5), "select * from x", 10, milliseconds(100));
  history.add("b", Source::Log, kNow - minutes(5), "set names ?", 1, milliseconds(100));
  TopOptions options = last(hours(1));
  options.group = parse_top_group("target").value();
  AnalysisReport report = top(history, options);
  EXPECT_EQ(texts(report), (Texts{"a", "b"}));
  EXPECT_FALSE(report.queries[0].trend.query_time_s.empty());
  options.group = parse_top_group("table").value();
  report = top(history, options);
  EXPECT_EQ(texts(report), (Texts{"x", "y", ""}));
  EXPECT_EQ(report.queries[0].calls, 11U);
  EXPECT_EQ(report.queries[0].fingerprints, 2U);
  EXPECT_NEAR(*report.queries[0].share, 5.0 / 5.1, 1e-9);
  options.by = RankBy::Max;
  EXPECT_EQ(top(history, options).queries.at(0).query_time_max, seconds(4));
}

struct Change {
  const char* name;
  std::uint64_t calls_before;
  std::uint64_t calls_now;
  std::optional<Verdict> verdict;
};

TEST(Top, VerdictsAgainstThePeriodBefore) {
  const std::vector<Change> changes = {
      {"select new", 0, 1000, Verdict::New},
      {"select grew", 1000, 2000, Verdict::Worse},
      {"select shrank", 2000, 1000, Verdict::Better},
      {"select noise", 1000, 1100, Verdict::Same},
      {"select few", 3, 6, Verdict::Same},
      {"select gone", 1500, 0, std::nullopt},
  };
  StoredHistory history;
  // Watched before, and a class that ran long ago, paused, and is back: grown, not new.
  history.add("shop", Source::Log, kNow - hours(48), "select back", 1, milliseconds(100));
  history.add("shop", Source::Log, kNow - hours(5), "select back", 1000, milliseconds(100));
  for (const Change& change : changes) {
    if (change.calls_before > 0) {
      history.add("shop", Source::Log, kNow - hours(20), change.name, change.calls_before,
                  milliseconds(100));
    }
    if (change.calls_now > 0) {
      history.add("shop", Source::Log, kNow - hours(5), change.name, change.calls_now,
                  milliseconds(100));
    }
  }
  const AnalysisReport report = top(history, last(hours(12)));
  std::map<std::string, const ReportQuery*> rows;
  for (const ReportQuery& query : report.queries) {
    rows[query.text] = &query;
  }
  for (const Change& change : changes) {
    if (!change.verdict) {
      EXPECT_FALSE(rows.contains(change.name));
      continue;
    }
    ASSERT_TRUE(rows.at(change.name)->comparison) << change.name;
    const ReportComparison& comparison = *rows[change.name]->comparison;
    EXPECT_EQ(comparison.verdict, *change.verdict) << change.name;
    EXPECT_EQ(comparison.calls_before, change.calls_before);
    EXPECT_EQ(comparison.calls, change.calls_now);
  }
  EXPECT_EQ(rows.at("select back")->comparison->verdict, Verdict::Worse);
  const ReportPast& past = report.history->past.value();
  EXPECT_EQ(past.range.begin, kNow - hours(24));
  EXPECT_EQ(past.calls_before, 1000U + 2000 + 1000 + 3 + 1500);
  EXPECT_EQ(past.calls, report.totals.statements);
  EXPECT_EQ(past.gone_classes, 1U);
  ASSERT_EQ(past.gone.size(), 1U);
  EXPECT_EQ(past.gone[0].text, "select gone");
  EXPECT_EQ(past.gone[0].calls, 1500U);
}

TEST(Top, LoadRefersToTheTimeThatWasWatched) {
  StoredHistory history;
  history.add("shop", Source::Log, kNow - hours(6), "q", 1, seconds(1));
  EXPECT_EQ(top(history, last(hours(24))).window->begin, kNow - hours(6));
  TopOptions cumulative = last(hours(24));
  cumulative.cumulative = true;
  EXPECT_EQ(top(history, cumulative).window->begin, kNow - hours(24));
  // Quiet, but watched.
  StoredHistory quiet;
  quiet.add("shop", Source::Log, kNow - hours(90), "q", 1, seconds(1));
  quiet.add("shop", Source::Log, kNow - hours(6), "q", 1, seconds(1));
  EXPECT_EQ(top(quiet, last(hours(24))).window->begin, kNow - hours(24));
}

TEST(Top, WhatWasNotWatchedIsNotCompared) {
  StoredHistory history;
  history.add("fresh", Source::Log, kNow - minutes(5), "q", 1000, seconds(1));
  EXPECT_FALSE(top(history, last(hours(12))).history->past);

  // A target that is watched since today only: its classes are not new, and its load is no growth.
  StoredHistory mixed;
  mixed.add("old", Source::Log, kNow - hours(23), "q", 100, seconds(1));
  mixed.add("old", Source::Log, kNow - hours(1), "q", 100, seconds(1));
  mixed.add("fresh", Source::Log, kNow - hours(1), "q", 1000, seconds(1));
  mixed.add("fresh", Source::Log, kNow - hours(1), "only fresh", 1000, seconds(1));
  const AnalysisReport report = top(mixed, last(hours(12)));
  const ReportPast& past = report.history->past.value();
  EXPECT_EQ(past.not_compared, Texts{"fresh"});
  EXPECT_EQ(past.query_time, seconds(100));
  EXPECT_EQ(past.query_time_before, seconds(100));
  for (const ReportQuery& query : report.queries) {
    if (query.text == "q") {
      EXPECT_EQ(query.calls, 1100U);
      EXPECT_EQ(query.comparison.value().verdict, Verdict::Same);
      EXPECT_EQ(query.comparison->calls, 100U);
    } else {
      EXPECT_FALSE(query.comparison);
    }
  }
  // Counters now, only a log then: another source tells other numbers.
  StoredHistory switched;
  switched.add("shop", Source::Log, kNow - hours(23), "q", 1, seconds(1));
  switched.add("shop", Source::Counters, kNow - hours(1), "q", 1000, seconds(1));
  EXPECT_FALSE(top(switched, last(hours(12))).history->past);
}

TEST(Top, ErrorsByCodeAndSamples) {
  StoredHistory history;
  history.add("shop", Source::Log, kNow - minutes(5), "q", 10, seconds(1)).counts.errors = 3;
  Flush& flush = history.flush();
  flush.errors.push_back(
      {"shop", Source::Log, kNow - minutes(5), "1213", "", "Deadlock", fingerprint_id("q"), 3});
  flush.samples.push_back(
      {"shop", fingerprint_id("q"), "select 4711", false, "", seconds(1), kNow - minutes(5), {}});
  TopOptions options = last(hours(1));
  AnalysisReport report = top(history, options);
  EXPECT_EQ(report.queries.at(0).errors, (std::map<std::string, std::uint64_t>{{"1213", 3}}));
  EXPECT_TRUE(report.queries[0].sample->masked);
  EXPECT_EQ(report.queries[0].sample->sql.find("4711"), std::string::npos);
  options.show_literals = true;
  report = top(history, options);
  EXPECT_EQ(report.queries.at(0).sample->sql, "select 4711");
}

TEST(Top, LintOfShownClasses) {
  StoredHistory history;
  history.add("shop", Source::Log, kNow - minutes(5), "select id from t order by rand() limit ?",
              10, seconds(1));
  const Linter linter(load_lint_rules());
  int asked = 0;
  TopOptions options = last(hours(1));
  const LinterSource source = [&] {
    ++asked;
    return &linter;
  };
  EXPECT_FALSE(rank_top(history.reader(), options, source).queries.at(0).lint.empty());
  EXPECT_EQ(asked, 1);
  options.group = parse_top_group("table").value();
  rank_top(history.reader(), options, source);
  StoredHistory empty;
  rank_top(empty.reader(), options, source);
  EXPECT_EQ(asked, 1) << "rules are loaded for nothing";
}

}  // namespace
}  // namespace unjam
