// Rules as bytes. rules/*.yaml are read, with all checks, when unjam is built; what the binary
// carries is the result, because reading YAML would cost more than analysing a small log.
#pragma once

#include "unjam/config/rules.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace unjam {

/// What embed_rules.cpp wrote; bytes that no RuleArchiveWriter wrote are not to be read.
struct EmbeddedRules {
  std::string_view normalize;
  std::string_view lint;
};

/// Defined by the generated file.
EmbeddedRules embedded_rules();

/// Both directions go through the same list of fields, so they cannot disagree.
template <typename Archive>
void archive_fields(Archive& archive, Text& text) {
  archive(text.en, text.ja);
}

template <typename Archive>
void archive_fields(Archive& archive, NormalizeRule& rule) {
  archive(rule.name, rule.dialects, rule.enabled, rule.kind, rule.from, rule.pattern, rule.to,
          rule.tables_only, rule.why);
}

template <typename Archive>
void archive_fields(Archive& archive, NormalizeExample& example) {
  archive(example.dialects, example.sql, example.fingerprint, example.enable, example.file,
          example.line);
}

template <typename Archive>
void archive_fields(Archive& archive, NormalizeRules& rules) {
  archive(rules.rules, rules.examples);
}

template <typename Archive>
void archive_fields(Archive& archive, LintRule::Example& example) {
  archive(example.sql, example.dialect, example.measures, example.finds);
}

template <typename Archive>
void archive_fields(Archive& archive, LintRule& rule) {
  archive(rule.id, rule.dialects, rule.severity, rule.match, rule.unless, rule.match_sample,
          rule.at_least, rule.title, rule.why, rule.instead, rule.examples, rule.file, rule.line);
}

class RuleArchiveWriter {
 public:
  template <typename... Value>
  void operator()(Value&... values) {
    (put(values), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <typename Value>
  void put(Value& value) {
    if constexpr (std::is_trivially_copyable_v<Value>) {
      // The machine that builds unjam is of the kind that runs it.
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      archive_fields(*this, value);
    }
  }
  void put_size(std::size_t size) { put(size); }
  void put(const std::string& text) {
    put_size(text.size());
    bytes_ += text;
  }
  void put(std::string& text) { put(std::as_const(text)); }
  template <typename Element>
  void put(std::vector<Element>& elements) {
    put_size(elements.size());
    for (Element& element : elements) {
      put(element);
    }
  }
  void put(std::map<std::string, double>& numbers) {
    put_size(numbers.size());
    for (auto& [name, number] : numbers) {
      put(name);
      put(number);
    }
  }

  std::string bytes_;
};

class RuleArchiveReader {
 public:
  explicit RuleArchiveReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename... Value>
  void operator()(Value&... values) {
    (take(values), ...);
  }

 private:
  std::string_view take_bytes(std::size_t size) {
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  template <typename Value>
  void take(Value& value) {
    if constexpr (std::is_trivially_copyable_v<Value>) {
      std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    } else {
      archive_fields(*this, value);
    }
  }
  std::size_t take_size() {
    std::size_t size = 0;
    take(size);
    return size;
  }
  void take(std::string& text) { text = take_bytes(take_size()); }
  template <typename Element>
  void take(std::vector<Element>& elements) {
    elements.resize(take_size());
    for (Element& element : elements) {
      take(element);
    }
  }
  void take(std::map<std::string, double>& numbers) {
    for (std::size_t left = take_size(); left > 0; --left) {
      std::string name;
      take(name);
      take(numbers[name]);
    }
  }

  std::string_view bytes_;
};

}  // namespace unjam
