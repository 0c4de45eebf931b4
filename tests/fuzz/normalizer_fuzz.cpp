// Any bytes give a clean, stable fingerprint; two texts of one shape give the same one. The first
// byte picks the dialect, the rest is the statement and the seed of its variations.
#include "normalize/clean_text.h"
#include "unjam/lex/shape.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/normalize/query_tags.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace {

using namespace unjam;

constexpr std::size_t kVariations = 8;

void require(bool condition, const char* what, std::string_view text, std::string_view other = {}) {
  if (!condition) {
    std::fprintf(stderr, "%s\n[%.*s]\n[%.*s]\n", what, static_cast<int>(text.size()), text.data(),
                 static_cast<int>(other.size()), other.data());
    std::abort();
  }
}

ShapeHash shape_of(ShapeScanner& scanner, std::string text) {
  const std::size_t size = text.size();
  text.append(kScanPadding, '\0');
  return scanner.scan(std::string_view(text).substr(0, size)).shape;
}

std::size_t pick(std::mt19937_64& random, std::size_t below) {
  return static_cast<std::size_t>(random() % below);
}

/// Changes of the kind that a shape is meant not to see, made blindly.
std::string varied(std::string text, std::mt19937_64& random) {
  constexpr std::string_view kBytes = "0123456789abcdefxXe.'\"\\`,() -+$@?/*!;nN\n";
  const std::size_t changes = 1 + pick(random, 3);
  for (std::size_t i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = pick(random, text.size());
    const char byte = kBytes[pick(random, kBytes.size())];
    switch (pick(random, 6)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1 + pick(random, 4));
        break;
      case 3:  // Every digit another one.
        for (char& c : text) {
          if (c >= '0' && c <= '9') {
            c = static_cast<char>('0' + pick(random, 10));
          }
        }
        break;
      case 4: {  // A piece from comma to comma once more.
        const std::size_t comma = text.find(',', at);
        const std::size_t next =
            comma == std::string::npos ? comma : text.find_first_of(",)", comma + 1);
        if (next != std::string::npos) {
          text.insert(next, text.substr(comma, next - comma));
        }
        break;
      }
      default: {  // A group in parentheses once more.
        const std::size_t close = text.find(')', at);
        const std::size_t open = close == std::string::npos ? close : text.rfind('(', close);
        if (open != std::string::npos) {
          text.insert(close + 1, "," + text.substr(open, close + 1 - open));
        }
        break;
      }
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Normalizer kNormalizer(load_normalize_rules());
  static const Normalizer kNumbered(load_normalize_rules(), {"numbered-tables"});
  if (size == 0) {
    return 0;
  }
  const auto dialect = static_cast<Dialect>(data[0] % 4);
  std::string text;
  text.reserve(size);
  for (std::size_t i = 1; i < size; ++i) {
    text.push_back(static_cast<char>(data[i]));
  }
  const Fingerprint found = kNormalizer.fingerprint(dialect, text);
  require(normalize::is_clean(found.text), "not clean", text, found.text);
  require(found.text.size() <= Normalizer::kMaxFingerprintText, "too long", text, found.text);
  const Fingerprint again = kNormalizer.fingerprint(dialect, found.text);
  require(again.text == found.text, "not stable", text, found.text + "\n" + again.text);
  const Fingerprint numbered = kNumbered.fingerprint(dialect, text);
  require(kNumbered.fingerprint(dialect, numbered.text).id == numbered.id, "not stable with rules",
          text, numbered.text);
  tables_of(found.text);
  parse_query_tags(text);
  mask_literals(dialect, text);

  ShapeScanner scanner(dialect);
  const ShapeHash shape = shape_of(scanner, text);
  std::mt19937_64 random(size > 1 ? data[1] * 256U + data[size - 1] : 0U);
  for (std::size_t i = 0; i < kVariations; ++i) {
    const std::string other = varied(text, random);
    if (shape_of(scanner, other) == shape) {
      require(kNormalizer.fingerprint(dialect, other).id == found.id, "one shape, two fingerprints",
              text, other);
    }
  }
  return 0;
}
