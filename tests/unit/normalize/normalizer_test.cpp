#include "unjam/normalize/normalizer.h"

#include "normalize/clean_text.h"

#include <array>
#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam {
namespace {

constexpr std::array kDialects{Dialect::MySql, Dialect::MySqlAnsi, Dialect::MariaDb,
                               Dialect::PostgreSql};

const Normalizer& normalizer() {
  static const Normalizer kNormalizer(load_normalize_rules());
  return kNormalizer;
}

void expect_sound(Dialect dialect, std::string_view sql) {
  const Fingerprint found = normalizer().fingerprint(dialect, sql);
  EXPECT_TRUE(normalize::is_clean(found.text)) << found.text;
  EXPECT_LE(found.text.size(), Normalizer::kMaxFingerprintText);
  EXPECT_EQ(found.id, fingerprint_id(found.text));
  EXPECT_EQ(normalizer().fingerprint(dialect, found.text).text, found.text)
      << to_string(dialect) << ": " << sql.substr(0, 200);
}

TEST(Normalizer, EveryTruncationIsSoundAndLeaksNothing) {
  const std::string statements[] = {
      "insert into t values ('secret', \"secret\", x'5ec5e7', -0x5ec5e7, 1e-5), (_utf8'secret', "
      "N'secret')",
      "select /* secret */ `a``b`, 'it''s secret', 'it\\'s secret' -- secret\nfrom t # secret\n",
      "select /*!50000 'secret', */ a, /*M! 'secret' */ @'secret', @`x` := 'secret' from `secret`",
      "select E'\\'secret', $$secret$$, $tag$secret$$secret$tag$, U&'secret' /* /* secret */ "
      "secret */",
      "set x = 'secret'; prepare s from 'secret'; call p('secret', 'secret'); savepoint secret",
  };
  for (const std::string& statement : statements) {
    for (std::size_t size = 0; size <= statement.size(); ++size) {
      for (const Dialect dialect : kDialects) {
        expect_sound(dialect, std::string_view(statement).substr(0, size));
      }
      // Cut anywhere, the text of its own dialect never shows the inside of a literal.
      const bool postgres = statement.find("$$") != std::string::npos;
      const Dialect own = postgres ? Dialect::PostgreSql : Dialect::MySql;
      const std::string cut = statement.substr(0, size);
      if (statement.find("savepoint") == std::string::npos &&
          statement.find("`secret`") == std::string::npos) {
        EXPECT_EQ(normalizer().fingerprint(own, cut).text.find("secret"), std::string::npos) << cut;
        EXPECT_EQ(mask_literals(own, cut).find("secret"), std::string::npos) << cut;
      }
    }
  }
}

TEST(Normalizer, EveryByteIsAccepted) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    for (const Dialect dialect : kDialects) {
      for (const std::string& text :
           {std::string(1, c), std::string("a") + c + "b", std::string("1") + c + "2",
            std::string("select 'x") + c + "y' from t" + c,
            std::string("`") + c + "`.\"" + c + "\"", std::string("@") + c + "'" + c,
            std::string("/*!") + c + "*/" + c, std::string("? ") + c + " ?",
            std::string("?") + c + "?" + c + "?"}) {
        expect_sound(dialect, text);
      }
    }
  }
}

// What stands apart in a text must not run into a placeholder, a variable or a number in its print.
TEST(Normalizer, MarksBeforeNamesAreStable) {
  const std::string_view marks[] = {":", "%", "@", "?", "-", "$", "\\", ".", "_", "e", "1", "::"};
  const std::string_view gaps[] = {"", " ", "\x01", "/**/"};
  const std::string_view ends[] = {"s", "\"s\"", "`s`", "(s)", "N", "e5", "1", "'s'", "?", "null"};
  for (const std::string_view begin : {"", "a ", "select ", "- "}) {
    for (const std::string_view first : marks) {
      for (const std::string_view second : marks) {
        for (const std::string_view gap : gaps) {
          for (const std::string_view end : ends) {
            for (const Dialect dialect : kDialects) {
              expect_sound(dialect, fmt::format("{}{}{}{}", begin, first, gap, end));
              expect_sound(dialect, fmt::format("{}{}{}{}{}", begin, first, gap, second, end));
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(normalizer().fingerprint(Dialect::PostgreSql, ":\x01s").text, ": s");
  EXPECT_EQ(normalizer().fingerprint(Dialect::PostgreSql, "select % s").text, "select % s");
  EXPECT_EQ(normalizer().fingerprint(Dialect::PostgreSql, "select @ s").text, "select @s");
  EXPECT_EQ(normalizer().fingerprint(Dialect::MySql, "select @ s").text, "select @?");
  EXPECT_EQ(normalizer().fingerprint(Dialect::MySql, "select 0XA, 0xa").text, "select `0xa`, ?");
  EXPECT_EQ(normalizer().fingerprint(Dialect::PostgreSql, "select :e'\\' x'").text, "select : ?");
  EXPECT_EQ(normalizer().fingerprint(Dialect::MySql, "select /*! a, /*! b */ */ from t").text,
            "select a, b from t");
}

TEST(Normalizer, ListsOfAnyLengthAreOneFingerprint) {
  const Fingerprint one =
      normalizer().fingerprint(Dialect::MySql, "select a from t where b in (1)");
  std::string many = "select a from t where b in (1";
  for (int i = 0; i < 200'000; ++i) {
    many += i % 2 == 0 ? ", 'x'" : ",-5";
  }
  many += ")";
  EXPECT_EQ(normalizer().fingerprint(Dialect::MySql, many).id, one.id);
  std::string rows = "insert into t values (1, 'a', now())";
  const Fingerprint row = normalizer().fingerprint(Dialect::MySql, rows);
  for (int i = 0; i < 50'000; ++i) {
    rows += ", (1, 'b', now())";
  }
  EXPECT_EQ(normalizer().fingerprint(Dialect::MySql, rows).id, row.id);
}

TEST(Normalizer, LongTextIsCutAndStaysTheSame) {
  std::string sql = "select a";
  while (sql.size() < 3 * Normalizer::kMaxFingerprintText) {
    sql += ", column_" + std::to_string(sql.size()) + " + f(x, (y";
  }
  for (const Dialect dialect : kDialects) {
    const Fingerprint found = normalizer().fingerprint(dialect, sql);
    EXPECT_LE(found.text.size(), Normalizer::kMaxFingerprintText);
    EXPECT_TRUE(found.text.ends_with(" ...")) << found.text.substr(found.text.size() - 40);
    expect_sound(dialect, sql);
    expect_sound(dialect, std::string(Normalizer::kMaxFingerprintText + 1, 'x'));
  }
}

// A quadratic pass takes minutes here, a linear one, with sanitizers, a fraction of a second.
TEST(Normalizer, HostileTextTakesLinearTime) {
  constexpr std::size_t kSize = 1U << 18U;
  const std::string_view pieces[] = {
      "(",    ")",    "((1),", "'",    "\\",   "\"",   "`",  "/*",    "/*!", "$a$", "$a", "--",
      "-",    "+-",   "~-",    "1e",   "1.",   "1e+",  "_?", "@",     "@@",  "0x",  "1a", ". ",
      "..",   "...",  "?,",    "? ?",  "a.",   "::",   "[",  "1::a,", ";",   "(;",  "%(", ":a",
      "as (", "row(", "not ",  "set ", "\x80", "\xff", "\n", "e'",    "u&\""};
  for (const std::string_view piece : pieces) {
    std::string text;
    while (text.size() < kSize) {
      text += piece;
    }
    for (const Dialect dialect : {Dialect::MySql, Dialect::PostgreSql}) {
      const auto begin = std::chrono::steady_clock::now();
      const Fingerprint found = normalizer().fingerprint(dialect, text);
      EXPECT_LE(found.text.size(), Normalizer::kMaxFingerprintText);
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << piece;
    }
  }
}

TEST(Normalizer, DifferentStatementsStayApart) {
  const std::pair<std::string_view, std::string_view> pairs[] = {
      {"select a from t where b = 1", "select a from t where c = 1"},
      {"select addr1 from t", "select addr2 from t"},
      {"select a from t_1", "select a from t_2"},
      {"select a - b from t", "select a + b from t"},
      {"select a from t where b is null", "select a from t where b is not null"},
      {"select a from t where b = 1 and c = 2", "select a from t where b = 1 or c = 2"},
      {"select a from t order by a", "select a from t order by a desc"},
      {"select a from t limit 1", "select a from t limit 1 offset 2"},
      {"select a - 1 from t", "select a + 1 from t"},
      {"select a from t where b in (1)", "select a from t where b not in (1)"},
      {"insert into t values (1)", "insert into t values (1, now())"},
      {"select a from t", "select a from t for update"},
  };
  for (const auto& [left, right] : pairs) {
    for (const Dialect dialect : kDialects) {
      EXPECT_NE(normalizer().fingerprint(dialect, left).id,
                normalizer().fingerprint(dialect, right).id)
          << left;
    }
  }
}

TEST(Normalizer, MovesKeepItsRules) {
  Normalizer first(load_normalize_rules(), {"numbered-tables"});
  const Normalizer second(std::move(first));
  EXPECT_EQ(second.fingerprint(Dialect::MySql, "select a from t_1").text, "select a from t_?");
}

}  // namespace
}  // namespace unjam
