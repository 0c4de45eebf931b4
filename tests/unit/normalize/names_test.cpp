#include "unjam/base/error.h"
#include "unjam/normalize/normalizer.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

NormalizeRule name_rule(std::string pattern, std::string to, bool tables_only) {
  NormalizeRule rule;
  rule.name = "test";
  rule.kind = NormalizeRule::Kind::Name;
  rule.pattern = std::move(pattern);
  rule.to = std::move(to);
  rule.tables_only = tables_only;
  return rule;
}

TEST(NameRules, TablesOnlyLeavesColumnsAlone) {
  const Normalizer normalizer({{name_rule("_[0-9]+$", "_?", true)}, {}});
  EXPECT_EQ(normalizer
                .fingerprint(
                    Dialect::MySql,
                    "select addr_1, orders_7.addr_2 from orders_7, x.orders_8 o_9 where f_1(a_3)")
                .text,
            "select addr_1, orders_?.addr_2 from orders_?, x.orders_? o_9 where f_1(a_3)");
}

TEST(NameRules, WithoutTablesOnlyEveryNameIsRewritten) {
  const Normalizer normalizer({{name_rule("[0-9]+", "#", false)}, {}});
  EXPECT_EQ(normalizer.fingerprint(Dialect::MySql, "select a1 from t2 where f3(b)").text,
            "select `a#` from `t#` where f3(b)");
}

TEST(NameRules, ABadPatternIsAUsageError) {
  for (const auto& [pattern, to] :
       {std::pair{"(", "x"}, std::pair{"a", "\\1"}, std::pair{"((a{1,100}){1,100}){1,100}", "x"}}) {
    try {
      const Normalizer normalizer({{name_rule(pattern, to, false)}, {}});
      ADD_FAILURE() << pattern << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage) << error.what();
    }
  }
}

TEST(NameRules, AnUnknownRuleNameIsAUsageError) {
  try {
    const Normalizer normalizer(NormalizeRules{}, {"no-such-rule"});
    ADD_FAILURE() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_NE(std::string_view(error.what()).find("no-such-rule"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace unjam
