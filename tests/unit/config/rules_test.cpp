// Loading of rule files: what a correct one gives, and that every mistake is reported at once, with
// file and line.
#include "unjam/config/rules.h"

#include "config/mistakes.h"
#include "config/rule_archive.h"
#include "config/rule_files.h"
#include "config/yaml_mapping.h"
#include "unjam/base/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;

/// A rules directory that is gone after the test.
class RulesDirectory {
 public:
  RulesDirectory() {
    std::string pattern = (fs::temp_directory_path() / "unjam-rules-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~RulesDirectory() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  RulesDirectory(const RulesDirectory&) = delete;
  RulesDirectory& operator=(const RulesDirectory&) = delete;

  const fs::path& path() const { return root_; }
  void write(const fs::path& file, std::string_view text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file, std::ios::binary) << text;
  }

 private:
  fs::path root_;
};

template <typename Load>
std::string message_of(Load load) {
  try {
    load();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  return "";
}

constexpr std::string_view kNormalize = R"(rules:
  - name: not-equal
    kind: synonym
    dialects: [mysql, mariadb]
    from: ["!="]
    to: "<>"
    why: one operator, two spellings
  - {name: numbered-tables, kind: name, enabled: false, pattern: '_\d+$', to: '_?', tables_only: true, why: shards}
examples:
  - {dialects: [mysql], enable: [numbered-tables], sql: ["select 1", "select 2"], fingerprint: "select ?"}
)";

TEST(NormalizeRules, AreReadFieldByField) {
  const RulesDirectory directory;
  directory.write("normalize/a.yaml", kNormalize);
  const NormalizeRules loaded = load_normalize_rules(directory.path());

  ASSERT_EQ(loaded.rules.size(), 2U);
  const NormalizeRule& synonym = loaded.rules[0];
  EXPECT_EQ(synonym.name, "not-equal");
  EXPECT_EQ(synonym.kind, NormalizeRule::Kind::Synonym);
  EXPECT_EQ(synonym.dialects, (std::vector{Dialect::MySql, Dialect::MySqlAnsi, Dialect::MariaDb}));
  EXPECT_TRUE(synonym.enabled);
  EXPECT_EQ(synonym.from, std::vector<std::string>{"!="});
  EXPECT_EQ(synonym.to, "<>");
  EXPECT_EQ(synonym.why, "one operator, two spellings");
  const NormalizeRule& name = loaded.rules[1];
  EXPECT_EQ(name.kind, NormalizeRule::Kind::Name);
  EXPECT_TRUE(name.dialects.empty());
  EXPECT_FALSE(name.enabled);
  EXPECT_EQ(name.pattern, R"(_\d+$)");
  EXPECT_EQ(name.to, "_?");
  EXPECT_TRUE(name.tables_only);

  ASSERT_EQ(loaded.examples.size(), 1U);
  const NormalizeExample& example = loaded.examples[0];
  EXPECT_EQ(example.dialects, std::vector{Dialect::MySql});
  EXPECT_EQ(example.sql, (std::vector<std::string>{"select 1", "select 2"}));
  EXPECT_EQ(example.fingerprint, "select ?");
  EXPECT_EQ(example.enable, std::vector<std::string>{"numbered-tables"});
  EXPECT_EQ(example.file, (directory.path() / "normalize/a.yaml").string());
  EXPECT_EQ(example.line, 10U);
}

constexpr std::string_view kLint = R"(rules:
  - id: star
    dialects: [mysql]
    severity: warning
    match: '^select \*'
    unless: 'limit'
    match_sample: '(?i)SELECT'
    at_least: {rows_sent_mean: 1000}
    title: {en: a, ja: あ}
    why: {en: b, ja: い}
    instead: {en: c, ja: う}
    examples:
      - {sql: "select * from t", measures: {rows_sent_mean: 5000}, finds: true}
      - {sql: "select a from t", dialect: mysql-ansi, finds: false}
)";

TEST(LintRules, AreReadFieldByField) {
  const RulesDirectory directory;
  directory.write("lint/a.yaml", kLint);
  const std::vector<LintRule> rules = load_lint_rules(directory.path());

  ASSERT_EQ(rules.size(), 1U);
  const LintRule& rule = rules[0];
  EXPECT_EQ(rule.id, "star");
  EXPECT_EQ(rule.dialects, (std::vector{Dialect::MySql, Dialect::MySqlAnsi}));
  EXPECT_EQ(rule.severity, "warning");
  EXPECT_EQ(rule.match, R"(^select \*)");
  EXPECT_EQ(rule.unless, "limit");
  EXPECT_EQ(rule.match_sample, "(?i)SELECT");
  EXPECT_EQ(rule.at_least, (std::map<std::string, double>{{"rows_sent_mean", 1000}}));
  EXPECT_EQ(rule.title.en, "a");
  EXPECT_EQ(rule.why.ja, "い");
  EXPECT_EQ(rule.instead.ja, "う");
  EXPECT_EQ(rule.file, (directory.path() / "lint/a.yaml").string());
  EXPECT_EQ(rule.line, 2U);
  ASSERT_EQ(rule.examples.size(), 2U);
  EXPECT_EQ(rule.examples[0].measures, (std::map<std::string, double>{{"rows_sent_mean", 5000}}));
  EXPECT_EQ(rule.examples[0].dialect, Dialect::MySql);
  EXPECT_TRUE(rule.examples[0].finds);
  EXPECT_EQ(rule.examples[1].dialect, Dialect::MySqlAnsi);
  EXPECT_FALSE(rule.examples[1].finds);
}

struct MistakeCase {
  std::string_view name;
  std::string_view yaml;
  std::vector<std::string_view> expected;  ///< "LINE: message", all of them and no other.
};

void expect_mistakes(const MistakeCase& example, const std::string& file,
                     const std::string& message) {
  SCOPED_TRACE(example.name);
  std::string expected = example.expected.size() > 1
                             ? std::to_string(example.expected.size()) + " mistakes in the rules: "
                             : "";
  for (const std::string_view mistake : example.expected) {
    expected +=
        (mistake == example.expected.front() ? "" : "; ") + file + ":" + std::string(mistake);
  }
  EXPECT_EQ(message, expected);
}

TEST(NormalizeRules, ReportEveryMistakeWithItsLine) {
  const std::vector<MistakeCase> cases = {
      {"unknown keys, at every level",
       "rule: []\n"
       "rules:\n"
       "  - {name: a, kind: synonym, from: [b], to: c, why: d, colour: red}\n"
       "examples:\n"
       "  - {sql: [a], fingerprint: a, note: b}\n",
       {"1: unknown key 'rule'; did you mean 'rules'?", "3: unknown key 'colour'",
        "5: unknown key 'note'"}},
      {"missing keys",
       "rules:\n"
       "  - {name: a}\n"
       "  - {kind: name, why: b}\n"
       "examples:\n"
       "  - {dialects: [mysql]}\n",
       {"2: 'why' is missing", "2: 'kind' is missing", "3: 'name' is missing",
        "3: 'pattern' is missing", "3: 'to' is missing",
        "5: 'sql' is missing: a list of statements", "5: 'fingerprint' is missing"}},
      {"wrong types",
       "rules:\n"
       "  - name: [a]\n"
       "    kind: name\n"
       "    pattern: {a: b}\n"
       "    to: ~\n"
       "    enabled: maybe\n"
       "    why: d\n"
       "  - text\n"
       "examples: {a: b}\n",
       {"2: 'name' must be text, not a list (quote it if it is meant as text)",
        "4: 'pattern' must be text, not a mapping (quote it if it is meant as text)",
        "5: 'to' must be text, not nothing (quote it if it is meant as text)",
        "6: 'enabled' must be true or false",
        "8: each element of 'rules' must be a mapping, not text",
        "9: 'examples' must be a list, not a mapping"}},
      {"keys of the other kind",
       "rules:\n"
       "  - name: a\n"
       "    kind: synonym\n"
       "    from: [b]\n"
       "    to: c\n"
       "    pattern: d\n"
       "    why: e\n"
       "  - name: b\n"
       "    kind: name\n"
       "    from: [b]\n"
       "    pattern: c\n"
       "    to: ''\n"
       "    why: e\n",
       {"6: 'pattern' belongs to rules of kind 'name'",
        "10: 'from' belongs to rules of kind 'synonym'"}},
      {"bad values",
       "rules:\n"
       "  - {name: A b, kind: synonym, from: [Now], to: c, why: d}\n"
       "  - {name: a, kind: magic, why: d}\n"
       "  - {name: a, kind: synonym, dialects: [oracle], from: [], to: c, why: d}\n"
       "  - {name: b, kind: synonym, dialects: [], from: [c], to: c, why: ''}\n",
       {"2: name 'A b' must be lower-case words joined by hyphens",
        "2: 'Now' must be a word in lower case",
        "3: unknown kind 'magic'; known are synonym and name",
        "4: unknown dialect 'oracle'; known are mysql, mysql-ansi, mariadb, postgresql",
        "4: a synonym rule needs 'from', the words to replace",
        "4: rule 'a' exists already, at FILE:3",
        "5: 'dialects' is an empty list; leave it out to mean all", "5: 'why' is empty"}},
      {"an example enables a rule that does not exist",
       "examples:\n  - {sql: [a], fingerprint: a, enable: [b]}\n",
       {"2: 'enable' names 'b', which is no rule"}},
      {"a key given twice",
       "examples:\n  - {sql: [a], fingerprint: a, fingerprint: b}\n",
       {"2: key 'fingerprint' is given twice"}},
      {"not a mapping",
       "- a\n",
       {"1: a rule file is a mapping with the keys 'rules' and so on, not a list"}},
      {"two documents", "rules: []\n---\nrules: []\n", {"3: a rule file holds one document"}},
      {"broken syntax", "rules:\n  - {name: a\n", {"3: not valid YAML: end of map flow not found"}},
      {"control characters are escaped", "\"a\\x1bb\\n\": 1\n", {"1: unknown key 'a\\x1bb\\x0a'"}},
  };
  for (const MistakeCase& example : cases) {
    const RulesDirectory directory;
    directory.write("normalize/a.yaml", example.yaml);
    const std::string file = (directory.path() / "normalize/a.yaml").string();
    std::string message = message_of([&] { load_normalize_rules(directory.path()); });
    const std::size_t other = message.find("at " + file);
    if (other != std::string::npos) {
      message.replace(other + 3, file.size(), "FILE");
    }
    expect_mistakes(example, file, message);
  }
}

TEST(LintRules, ReportEveryMistakeWithItsLine) {
  const std::string texts = "title: {en: a, ja: b}, why: {en: a, ja: b}, instead: {en: a, ja: b}";
  const std::string examples = "examples: [{sql: a, finds: true}, {sql: b, finds: false}]";
  const std::string no_condition =
      "rules:\n  - {id: a, severity: info, " + texts + ", " + examples + "}\n";
  const std::string bad_values =
      "rules:\n  - {id: A, severity: fatal, match: a, dialects: [db2], " + texts + ",\n     " +
      examples + "}\n";
  const std::string bad_example =
      "rules:\n  - {id: a, severity: info, match: a, dialects: [mariadb], " + texts +
      ",\n     examples: [{sql: a, finds: true},\n"
      "       {sql: b, dialect: mysql, finds: false},\n"
      "       {sql: b, dialect: db2, finds: false},\n"
      "       {dialect: mariadb, measures: {calls: -1},\n"
      "        colour: red}]}\n";
  const std::string twice = "rules:\n  - {id: a, severity: info, match: a, " + texts + ", " +
                            examples + "}\n  - {id: a, severity: info, match: a, " + texts + ", " +
                            examples + "}\n";
  const std::vector<MistakeCase> cases = {
      {"everything is missing",
       "rules:\n  - {colour: red}\n",
       {"2: 'id' is missing", "2: 'severity' is missing",
        "2: a rule needs a condition: 'match', 'match_sample' or 'at_least'",
        "2: 'title' is missing", "2: 'why' is missing", "2: 'instead' is missing",
        "2: a rule needs an example that it finds and one that it does not find",
        "2: unknown key 'colour'"}},
      {"no condition",
       no_condition,
       {"2: a rule needs a condition: 'match', 'match_sample' or 'at_least'"}},
      {"bad values",
       bad_values,
       {"2: id 'A' must be lower-case words joined by hyphens",
        "2: unknown dialect 'db2'; known are mysql, mysql-ansi, mariadb, postgresql",
        "2: unknown severity 'fatal'; known are info, warning and error"}},
      {"one language, bad bounds",
       "rules:\n"
       "  - id: a\n"
       "    severity: info\n"
       "    at_least: {calls: many,\n"
       "      rows_sent_mean: .inf}\n"
       "    title: {en: a}\n"
       "    why: {en: a, ja: ''}\n"
       "    instead: text\n"
       "    examples: [{sql: a, finds: true}]\n",
       {"4: 'calls' must be a number, 0 or more", "5: 'rows_sent_mean' must be a number, 0 or more",
        "6: 'ja' is missing", "7: 'ja' is empty", "8: 'instead' must be a mapping, not text",
        "9: a rule needs an example that it finds and one that it does not find"}},
      {"bad examples",
       bad_example,
       {"4: the rule does not look at this dialect",
        "5: unknown dialect 'db2'; known are mysql, mysql-ansi, mariadb, postgresql",
        "6: 'sql' is missing", "6: 'calls' must be a number, 0 or more",
        "6: 'finds' is missing: true or false", "7: unknown key 'colour'"}},
      {"the same id twice", twice, {"3: rule 'a' exists already, at FILE:2"}},
  };
  for (const MistakeCase& example : cases) {
    const RulesDirectory directory;
    directory.write("lint/a.yaml", example.yaml);
    const std::string file = (directory.path() / "lint/a.yaml").string();
    std::string message = message_of([&] { load_lint_rules(directory.path()); });
    const std::size_t other = message.find("at " + file);
    if (other != std::string::npos) {
      message.replace(other + 3, file.size(), "FILE");
    }
    expect_mistakes(example, file, message);
  }
}

TEST(Rules, MistakesOfAllFilesComeTogether) {
  const RulesDirectory directory;
  directory.write("lint/b.yaml", "b: 1\n");
  directory.write("lint/a.yaml", "\na: 1\n");
  directory.write("lint/c.yaml", "[\n");
  const std::string message = message_of([&] { load_lint_rules(directory.path()); });
  const std::string folder = (directory.path() / "lint").string();
  EXPECT_EQ(message.find("3 mistakes in the rules: " + folder + "/a.yaml:2: unknown key 'a'; " +
                         folder + "/b.yaml:1: unknown key 'b'; " + folder + "/c.yaml:2: not valid"),
            0U)
      << message;
}

TEST(Rules, ADirectoryReplacesTheKindsItHolds) {
  const RulesDirectory directory;
  directory.write("lint/mine.yaml", kLint);
  directory.write("lint/more.yml", "# nothing yet\n");
  directory.write("README.md", "mine\n");
  EXPECT_EQ(load_lint_rules(directory.path()).size(), 1U);
  EXPECT_EQ(load_normalize_rules(directory.path()).rules.size(),
            load_normalize_rules().rules.size());
}

TEST(Rules, ADirectoryOfAnotherShapeIsRefused) {
  const RulesDirectory directory;
  EXPECT_EQ(message_of([&] { load_lint_rules(directory.path()); }),
            directory.path().string() + ": holds neither a folder lint nor a folder normalize");
  EXPECT_EQ(message_of([&] { load_lint_rules(directory.path() / "no"); }),
            (directory.path() / "no").string() +
                ": cannot read the rules directory: No such file or directory");
  directory.write("lint/a.yaml", kLint);
  directory.write("normalise/a.yaml", kNormalize);
  directory.write("b.yaml", kLint);
  const std::string message = message_of([&] { load_lint_rules(directory.path()); });
  EXPECT_NE(message.find("normalise: unexpected here"), std::string::npos) << message;
  EXPECT_NE(message.find("b.yaml: unexpected here"), std::string::npos) << message;
}

TEST(Rules, HugeOrUnreadableFilesAreMistakes) {
  const RulesDirectory directory;
  directory.write("lint/a.yaml", std::string(5000000, '#'));
  fs::create_directories(directory.path() / "lint/b.yaml");
  const std::string message = message_of([&] { load_lint_rules(directory.path()); });
  EXPECT_NE(message.find("a.yaml: larger than"), std::string::npos) << message;
  EXPECT_NE(message.find("b.yaml: cannot read"), std::string::npos) << message;
}

TEST(Rules, AnyBytesAreEitherReadOrReported) {
  for (const std::string_view whole : {kLint, kNormalize}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      Mistakes mistakes;
      std::size_t rules = 0;
      read_yaml({"cut.yaml", std::string(whole.substr(0, length))}, mistakes,
                [&](YamlMapping& mapping, const YamlPlace&) {
                  mapping.for_each("rules", [&](const YAML::Node&) { ++rules; });
                });
      EXPECT_LE(rules, 2U) << length;
    }
  }
  Mistakes mistakes;
  read_yaml({"deep.yaml", std::string(100000, '[')}, mistakes,
            [](YamlMapping&, const YamlPlace&) { FAIL() << "not a mapping"; });
  EXPECT_FALSE(mistakes.empty());
}

TEST(Rules, CompiledInAreTheFilesOfTheRepository) {
  std::vector<LintRule> lint = load_lint_rules(UNJAM_RULES_DIR);
  NormalizeRules normalize = load_normalize_rules(UNJAM_RULES_DIR);
  ASSERT_FALSE(lint.empty());
  ASSERT_FALSE(normalize.rules.empty());
  ASSERT_FALSE(normalize.examples.empty());
  const std::string root = fs::path(UNJAM_RULES_DIR).parent_path().string() + "/";
  for (LintRule& rule : lint) {
    ASSERT_TRUE(rule.file.starts_with(root)) << rule.file;
    rule.file.erase(0, root.size());
  }
  for (NormalizeExample& example : normalize.examples) {
    example.file.erase(0, root.size());
  }
  std::vector<LintRule> lint_compiled_in = load_lint_rules();
  NormalizeRules normalize_compiled_in = load_normalize_rules();
  EXPECT_EQ(lint_compiled_in.front().file.substr(0, 11), "rules/lint/");
  RuleArchiveWriter on_disk;
  on_disk(lint, normalize);
  RuleArchiveWriter compiled_in;
  compiled_in(lint_compiled_in, normalize_compiled_in);
  EXPECT_EQ(compiled_in.bytes(), on_disk.bytes());
}

TEST(Quotes, NeverHoldControlCharactersOrHalfOfACharacter) {
  EXPECT_EQ(in_quotes("a"), "'a'");
  EXPECT_EQ(in_quotes("a\n\x7f"), "'a\\x0a\\x7f'");
  const std::string long_text = std::string(59, 'x') + "あ";
  EXPECT_EQ(in_quotes(long_text), "'" + std::string(59, 'x') + "...'");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
}

TEST(KebabNames, AreLowerCaseWordsJoinedBySingleHyphens) {
  for (const std::string_view good : {"a", "a-b", "not-in-subquery", "utf8-4"}) {
    EXPECT_TRUE(is_kebab_name(good)) << good;
  }
  for (const std::string_view bad : {"", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "あ"}) {
    EXPECT_FALSE(is_kebab_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace unjam
