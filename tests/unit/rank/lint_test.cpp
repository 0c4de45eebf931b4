// Lint: the mechanics with rules made up here, and every rule of rules/lint with its own examples.
#include "unjam/rank/lint.h"

#include "rank/lint_or_columns.h"
#include "rank/lint_sample.h"
#include "unjam/base/error.h"
#include "unjam/config/rules.h"
#include "unjam/normalize/normalizer.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

LintRule rule_named(std::string id, std::string severity = "info") {
  LintRule rule;
  rule.id = std::move(id);
  rule.severity = std::move(severity);
  return rule;
}

std::vector<std::string> found_ids(const Linter& linter, const LintSubject& subject) {
  std::vector<std::string> ids;
  for (const LintRule* rule : linter.find(subject)) {
    ids.push_back(rule->id);
  }
  return ids;
}

bool has(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

using Ids = std::vector<std::string>;

TEST(Linter, EveryConditionHasToHold) {
  LintRule rule = rule_named("all");
  rule.dialects = {Dialect::MariaDb};
  rule.match = "^select";
  rule.unless = R"(\blimit\b)";
  rule.match_sample = "'x'";
  rule.at_least = {{"calls", 10}, {"rows_sent_mean", 2}};
  const Linter linter({rule});

  const LintSubject good{Dialect::MariaDb,
                         "select a from t",
                         "SELECT a FROM t /*c*/ 'x'",
                         {{"calls", 10}, {"rows_sent_mean", 3}}};
  EXPECT_EQ(found_ids(linter, good), Ids{"all"});

  LintSubject other = good;
  other.dialect = Dialect::MySql;
  EXPECT_EQ(found_ids(linter, other), Ids{});
  other = good;
  other.fingerprint = "update t set a = ?";
  EXPECT_EQ(found_ids(linter, other), Ids{});
  other = good;
  other.fingerprint = "select a from t limit ?";
  EXPECT_EQ(found_ids(linter, other), Ids{});
  other = good;
  other.sample = "SELECT a FROM t /*'x'*/";
  EXPECT_EQ(found_ids(linter, other), Ids{});
  other = good;
  other.sample = "";
  EXPECT_EQ(found_ids(linter, other), Ids{});
  other = good;
  other.measures["calls"] = 9.9;
  EXPECT_EQ(found_ids(linter, other), Ids{});
  other = good;
  other.measures.erase("calls");
  EXPECT_EQ(found_ids(linter, other), Ids{});
}

TEST(Linter, WorstFirstThenInTheirOrder) {
  const Linter linter({rule_named("i1"), rule_named("w1", "warning"), rule_named("e1", "error"),
                       rule_named("w2", "warning"), rule_named("i2")});
  EXPECT_EQ(found_ids(linter, {Dialect::MySql, "select ?", "", {}}),
            (Ids{"e1", "w1", "w2", "i1", "i2"}));
}

TEST(Linter, ComplainsAboutAllRulesAtOnce) {
  LintRule bad = rule_named("bad");
  bad.file = "lint/a.yaml";
  bad.line = 7;
  bad.match = "(";
  bad.match_sample = "a{2000}{2000}";
  LintRule unknown = rule_named("unknown");
  unknown.at_least = {{"rows", 1}};
  unknown.examples.push_back({"select 1", Dialect::MySql, {{"colour", 1}}, true});
  try {
    const Linter linter({bad, unknown});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    const std::string message = error.what();
    for (const std::string_view part :
         {"lint/a.yaml:7: lint rule bad: 'match' is not a valid RE2: missing ): (",
          "lint rule bad: 'match_sample' is not a valid RE2",
          "lint rule unknown: 'at_least' names the unknown measure 'rows'",
          "lint rule unknown: 'measures' names the unknown measure 'colour'"}) {
      EXPECT_NE(message.find(part), std::string::npos) << part << "\nis not in\n" << message;
    }
  }
}

TEST(Linter, AddsWhatTheTextTells) {
  LintRule list = rule_named("list");
  list.at_least = {{"in_list_max", 3}};
  LintRule offset = rule_named("offset");
  offset.at_least = {{"offset_max", 100}};
  LintRule columns = rule_named("columns");
  columns.at_least = {{"or_columns_max", 2}};
  Linter moved_from({list, offset, columns});
  const Linter linter = std::move(moved_from);
  EXPECT_EQ(found_ids(linter, {Dialect::MySql, "select ?", "select 1 in (1, 2, 3)", {}}),
            Ids{"list"});
  EXPECT_EQ(found_ids(linter, {Dialect::MySql, "select ?", "select 1 limit 100, 5", {}}),
            Ids{"offset"});
  EXPECT_EQ(found_ids(linter, {Dialect::MySql, "select ? from t where a = ? or b = ?", "", {}}),
            Ids{"columns"});
  EXPECT_EQ(
      found_ids(linter, {Dialect::MySql, "select ?", "select 1 in (1)", {{"in_list_max", 5}}}),
      Ids{"list"});
}

struct SampleCase {
  Dialect dialect;
  std::string_view sql;
  double in_list_max = 0;  ///< 0: none.
  double offset_max = -1;  ///< -1: none.
};

TEST(LintSample, MeasuresListsAndOffsets) {
  constexpr Dialect kMy = Dialect::MySql;
  constexpr Dialect kPg = Dialect::PostgreSql;
  const std::vector<SampleCase> cases = {
      {kMy, "select a from t where b in (1, 2, 3)", 3},
      {kMy, "select a from t where b IN(1,-2,'c',0x1f,null,?)", 6},
      {kMy, "select a from t where (a, b) in ((1, 2), (3, 4))", 2},
      {kMy, "select a from t where b in (1,2) and c in (1,2,3,4) or d in (5)", 4},
      {kMy, "select a from t where b in (select c from u where d in (1, 2))", 2},
      {kMy, "select a from t where b in (c, d)"},
      {kMy, "insert into t (a, b) values (1, 2), (3, 4), (5, 6)"},
      {kMy, "select 'a in (1, 2, 3)', \"in (1, 2)\", `in (1,2)`"},
      {kMy, "select 1 /* in (1, 2, 3) limit 5, 6 offset 7 */ -- in (1, 2)\n# in (1, 2)\n"},
      {kMy, "select /*!50000 a in (1, 2, */ 3)", 3},
      {kMy, "select a from t where b in ('it''s, (1', 'a\\', (', 3)", 3},
      {kMy, "select a from t where b in (1, 2, ", 2},
      {kMy, "select a from t where b in (1, /* 2, 3 */ 4)", 2},
      {kPg, "select a from t where b in (E'a\\', 1', $1, $$ ), 1, 2 $$, $q$ ' $q$)", 4},
      {kPg, "select a from t where b = any(array[1, 2, 3])", 3},
      {kPg, "select a from t where b in ('C:\\', 2)", 2},
      {kPg, "select 1 /* /* in (1, 2) */ in (1, 2, 3) */"},
      {kPg, "select a - -1 --in (1, 2)\n in (1)", 1},
      {kMy, "select a from t limit 10 offset 2000", 0, 2000},
      {kMy, "select a from t limit 2000, 10", 0, 2000},
      {kMy, "select a from t limit 10"},
      {kMy, "select (select 1 limit 5,1), b from t limit 7 , 1", 0, 7},
      {kMy, "select a from t where t.offset = 3 and `offset` = 4 and offset = 5"},
      {kMy, "select a from t limit 10 offset ?"},
      {kMy, "select 'limit 2000, 10', 'offset 3000'"},
      {kPg, "select a from t offset 2000 rows fetch next 5 rows only", 0, 2000},
      {kPg, "select a from t offset '2000' limit 1", 0, 2000},
      {kPg, "select a from t offset 99999999999999999999999 limit 1"},
      {kMy, ""},
  };
  for (const SampleCase& example : cases) {
    const LintSample sample = read_lint_sample(example.dialect, example.sql);
    EXPECT_EQ(sample.in_list_max.value_or(0), example.in_list_max) << example.sql;
    EXPECT_EQ(sample.offset_max.value_or(-1), example.offset_max) << example.sql;
  }
}

TEST(LintSample, RemovesCommentsAndNothingElse) {
  EXPECT_EQ(read_lint_sample(Dialect::MySql, "a /*b*/c -- d\n'/*e*/' #f\ng--1").uncommented,
            "a  c  \n'/*e*/'  \ng--1");
  EXPECT_EQ(read_lint_sample(Dialect::PostgreSql, "a/*b/*c*/d*/#e--f\ng").uncommented, "a #e \ng");
  EXPECT_EQ(read_lint_sample(Dialect::MariaDb, "a/*M!100 b*/ */c").uncommented, "a  b  */c");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

TEST(LintSample, HostileTextIsReadInLinearTime) {
  const std::vector<std::string_view> parts = {"(",         "in (",
                                               "[",         "'",
                                               "/*",        "/*!",
                                               "$",         "$a",
                                               "$a$",       "$a$b",
                                               "E'",        "--",
                                               "#",         "\\",
                                               "*/",        "1e+",
                                               "or a = ? ", "\"",
                                               "`",         "a.",
                                               "limit 1,",  std::string_view("\0", 1),
                                               "\xff",      "where (a = ? or "};
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view part : parts) {
    const std::string text = repeated(part, 100000 / part.size());
    for (const Dialect dialect :
         {Dialect::MySql, Dialect::MySqlAnsi, Dialect::MariaDb, Dialect::PostgreSql}) {
      EXPECT_LE(read_lint_sample(dialect, text).uncommented.size(), text.size() + 1);
      EXPECT_LE(or_columns(dialect, text), 1U) << part.substr(0, 3);
    }
  }
  // Quadratic work would take hours.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(2));
}

TEST(OrColumns, CountsDifferentColumnsOfAChain) {
  const std::vector<std::pair<std::string_view, std::size_t>> cases = {
      {"select a from t where a = ?", 0},
      {"select a from t where a = ? or b = ?", 2},
      {"select a from t where a = ? or a = ?", 1},
      {"select a from t where t.a = ? or u.a = ?", 2},
      {"select a from t where a like ? or b is null or c in (?)", 3},
      {"select a from t where a between ? and ? or b > ?", 2},
      {"select a from t where a between ? and ? or a > ?", 1},
      {"select a from t where a = ? and b = ? or c = ?", 2},
      {"select a from t where (a = ? and b = ?) or (a = ? and c = ?)", 1},
      {"select a from t where a < ? or (a = ? and b < ?)", 1},
      {"select a from t where c = ? and (a = ? or b = ?)", 2},
      {"select a = ? or b = ? from t where c = ?", 0},
      {"select case when a = ? or b = ? then ? end from t where c = ?", 0},
      {"select a from t where case when a = ? or b = ? then c else d end = ?", 0},
      {"select a from t where a = ? order by b or c", 0},
      {"select a from t where \"A\" = ? or \"B\" = ?", 2},
      {"select a from t join u on t.a = u.a or t.b = u.b where c = ?", 0},
  };
  for (const auto& [fingerprint, expected] : cases) {
    EXPECT_EQ(or_columns(Dialect::PostgreSql, fingerprint), expected) << fingerprint;
  }
}

std::string described(const LintRule& rule, const LintRule::Example& example,
                      const std::string& fingerprint) {
  return rule.file + ":" + std::to_string(rule.line) + ": " + rule.id + "\n  " + example.sql +
         "\n  " + fingerprint;
}

void expect_examples(const std::vector<LintRule>& rules) {
  const Normalizer normalizer(load_normalize_rules());
  const Linter linter(rules);
  for (const LintRule& rule : rules) {
    for (const LintRule::Example& example : rule.examples) {
      const Fingerprint fingerprint = normalizer.fingerprint(example.dialect, example.sql);
      const Ids ids =
          found_ids(linter, {example.dialect, fingerprint.text, example.sql, example.measures});
      EXPECT_EQ(has(ids, rule.id), example.finds) << described(rule, example, fingerprint.text);
    }
  }
}

TEST(LintRuleFiles, EveryExampleGivesWhatItSays) { expect_examples(load_lint_rules()); }

// A Linter takes it on trust.
TEST(LintRuleFiles, CompiledInRulesHaveNoMistake) {
  std::vector<LintRule> rules = load_lint_rules();
  for (LintRule& rule : rules) {
    EXPECT_TRUE(rule.compiled_in);
    rule.compiled_in = false;
  }
  EXPECT_NO_THROW(Linter{rules});
}

TEST(LintRuleFiles, TheExampleOfTheReadmeIsARuleFile) {
  std::ifstream stream(std::filesystem::path(UNJAM_RULES_DIR) / "README.md");
  const std::string readme{std::istreambuf_iterator<char>(stream), {}};
  constexpr std::string_view kFence = "```yaml\n";
  const std::size_t begin = readme.find(kFence);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t text = begin + kFence.size();

  std::string directory = (std::filesystem::temp_directory_path() / "unjam-rules-XXXXXX").string();
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const std::filesystem::path lint = std::filesystem::path(directory) / "lint";
  std::filesystem::create_directory(lint);
  std::ofstream(lint / "house.yaml") << readme.substr(text, readme.find("```", text) - text);
  const std::vector<LintRule> rules = load_lint_rules(directory);
  std::filesystem::remove_all(directory);

  EXPECT_EQ(rules.size(), 1U);
  expect_examples(rules);
}

TEST(LintRuleFiles, EveryRuleExplainsItselfInBothLanguages) {
  const auto is_ascii = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  const std::vector<LintRule> rules = load_lint_rules();
  EXPECT_GE(rules.size(), 40U);
  for (const LintRule& rule : rules) {
    for (const Text* text : {&rule.title, &rule.why, &rule.instead}) {
      EXPECT_TRUE(is_ascii(text->en)) << rule.id << ": " << text->en;
      EXPECT_FALSE(text->en.empty()) << rule.id;
      // Japanese text is mostly not ASCII, so a text left in English is noticed.
      EXPECT_FALSE(text->ja.empty() || is_ascii(text->ja)) << rule.id << ": " << text->ja;
      EXPECT_EQ(text->en.find('\n'), std::string::npos) << rule.id;
      EXPECT_EQ(text->ja.find('\n'), std::string::npos) << rule.id;
    }
    const auto finds = [](const LintRule::Example& example) { return example.finds; };
    EXPECT_TRUE(std::any_of(rule.examples.begin(), rule.examples.end(), finds)) << rule.id;
    EXPECT_FALSE(std::all_of(rule.examples.begin(), rule.examples.end(), finds)) << rule.id;
  }
}

// What a healthy application sends all day: a finding here would be a false alarm.
TEST(LintRuleFiles, OrdinaryStatementsAreLeftAlone) {
  const Normalizer normalizer(load_normalize_rules());
  const Linter linter(load_lint_rules());
  const std::vector<std::string_view> statements = {
      "SELECT `users`.* FROM `users` WHERE `users`.`id` = 3 LIMIT 1",
      "SELECT 1 AS one FROM users WHERE users.email = 'a@example.com' LIMIT 1",
      "SELECT users.* FROM users WHERE users.team_id = 5 ORDER BY users.id ASC LIMIT 50 OFFSET 100",
      "SELECT COUNT(*) FROM orders WHERE orders.user_id = 7",
      "SELECT orders.id FROM orders INNER JOIN users ON users.id = orders.user_id WHERE "
      "users.email = 'a'",
      "SELECT o.id FROM orders o LEFT OUTER JOIN items i ON i.order_id = o.id WHERE o.id IN (1, 2, "
      "3)",
      "SELECT shop_id, COUNT(*) AS n FROM orders WHERE day >= '2024-01-01' GROUP BY shop_id HAVING "
      "COUNT(*) > 3",
      "SELECT name FROM users WHERE deleted_at IS NULL AND name LIKE 'smi%' ORDER BY name LIMIT 10",
      "SELECT id FROM posts WHERE user_id = 3 AND (state = 'new' OR kind = 'x') ORDER BY id LIMIT "
      "5",
      "SELECT MAX(id) FROM posts",
      "SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM posts p WHERE p.user_id = u.id AND p.at "
      "> '2024-01-01')",
      "INSERT INTO posts (user_id, body, created_at) VALUES (1, 'where x like ''%y''', NOW())",
      "INSERT INTO logs (a, b) VALUES (1, 2), (3, 4), (5, 6)",
      "UPDATE users SET score = score + 1, updated_at = '2024-01-01' WHERE users.id = 3",
      "UPDATE posts SET views = COALESCE(views, 0) + 1 WHERE posts.id = 8",
      "DELETE FROM sessions WHERE sessions.id = 'abc'",
      "DELETE FROM sessions WHERE updated_at < '2024-01-01' ORDER BY id LIMIT 1000",
      "BEGIN",
      "COMMIT",
      "ROLLBACK",
      "SET NAMES utf8mb4",
      "SELECT 1",
      "SELECT VERSION()",
      "SELECT * FROM users WHERE id = 3 FOR UPDATE",
  };
  for (const std::string_view sql : statements) {
    for (const Dialect dialect : {Dialect::MySql, Dialect::MariaDb, Dialect::PostgreSql}) {
      const Fingerprint fingerprint = normalizer.fingerprint(dialect, sql);
      EXPECT_EQ(found_ids(linter, {dialect,
                                   fingerprint.text,
                                   sql,
                                   {{"rows_sent_mean", 20},
                                    {"rows_examined_mean", 40},
                                    {"rows_examined_per_sent", 2},
                                    {"calls", 100000},
                                    {"burst_max", 2}}}),
                Ids{})
          << to_string(dialect) << ": " << sql << "\n  " << fingerprint.text;
    }
  }
}

}  // namespace
}  // namespace unjam
