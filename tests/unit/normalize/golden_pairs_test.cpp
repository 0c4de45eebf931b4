// Raw statements and what real servers made of them (tests/integration/fingerprint_pairs.py
// --save).
#include "unjam/normalize/normalizer.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace unjam {
namespace {

class GoldenPairs : public testing::TestWithParam<const char*> {};

TEST_P(GoldenPairs, RawTextAndServerTextAreOneFingerprint) {
  const Normalizer normalizer(load_normalize_rules());
  std::ifstream file(std::string(UNJAM_TESTS_DIR) + "/golden/fingerprint/" + GetParam() + ".jsonl");
  std::size_t pairs = 0;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json pair = nlohmann::json::parse(line);
    const auto dialect = parse_dialect(pair.at("dialect").get<std::string>());
    ASSERT_TRUE(dialect.has_value());
    const auto raw = pair.at("raw").get<std::string>();
    const auto digest = pair.at("digest").get<std::string>();
    const Fingerprint expected = normalizer.fingerprint(*dialect, raw);
    EXPECT_EQ(normalizer.fingerprint(*dialect, digest).text, expected.text) << raw << "\n"
                                                                            << digest;
    EXPECT_EQ(normalizer.fingerprint(*dialect, expected.text).id, expected.id) << expected.text;
    ++pairs;
  }
  EXPECT_GT(pairs, 100U);
}

INSTANTIATE_TEST_SUITE_P(Servers, GoldenPairs,
                         testing::Values("mysql-9.7", "mariadb-10.11", "postgresql-15",
                                         "postgresql-18"),
                         [](const auto& server) {
                           std::string name = server.param;
                           for (char& c : name) {
                             c = c == '-' || c == '.' ? '_' : c;
                           }
                           return name;
                         });

}  // namespace
}  // namespace unjam
