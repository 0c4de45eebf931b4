// Strict reading of YAML mappings: every mistake is noted with its line and reading goes on, so
// that one run reports them all. The only place, with yaml_mapping.cpp and the loaders, that knows
// yaml-cpp.
#pragma once

#include "config/mistakes.h"
#include "config/rule_files.h"
#include "unjam/model/sql.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace unjam {

/// Where a value stands; what it refers to must outlive it.
struct YamlPlace {
  const std::string& file;
  Mistakes& mistakes;
  std::set<std::string>* known = nullptr;  ///< Gets every key that was asked for.
  std::string path = {};  ///< Of the mapping: "targets.counters.", in front of its keys.

  /// Line of `node`, from 1.
  static std::size_t line(const YAML::Node& node);
  void mistake(const YAML::Node& node, std::string_view message) const;
};

/// One mapping. Keys that were not read when finish() is called are mistakes. A value that is
/// absent or of the wrong type comes back empty; the latter is noted.
class YamlMapping {
 public:
  YamlMapping(const YAML::Node& node, const YamlPlace& place);
  /// The mapping that `node`, the value of `key` or an element of its list, is.
  YamlMapping inner(const YAML::Node& node, std::string_view key) const;

  std::size_t line() const { return YamlPlace::line(node_); }
  bool has(std::string_view key) const { return values_.contains(key); }

  /// Holds a list with at least one element, or something that is no list.
  bool has_elements(std::string_view key) const;

  std::optional<std::string> text(std::string_view key);
  /// Notes a mistake when the key is absent or the text empty.
  std::string required_text(std::string_view key);
  /// A whole number from `least` to `most`.
  std::optional<std::uint64_t> whole(std::string_view key, std::uint64_t least, std::uint64_t most);
  std::optional<bool> boolean(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  std::map<std::string, double> numbers(std::string_view key);
  std::optional<YAML::Node> mapping(std::string_view key);
  /// Calls `read` for each element of the list `key` that is a mapping; others are mistakes.
  void for_each(std::string_view key, const std::function<void(const YAML::Node&)>& read);
  /// Dialects by name; "mysql" stands for "mysql-ansi" too when `expand`.
  std::vector<Dialect> dialects(std::string_view key, bool expand);
  std::optional<Dialect> dialect(std::string_view key);

  void mistake(std::string_view message) const { place_.mistake(node_, message); }
  /// A mistake at the line of `key`'s value.
  void mistake_at(std::string_view key, std::string_view message) const;

  /// Counts `key` as read: whatever is wrong with it has been said.
  void ignore(std::string_view key) { take(key); }
  /// Notes every key that was never asked for, and what it may have been meant as; the last call.
  void finish() const;

 private:
  struct Value {
    YAML::Node key;
    YAML::Node value;
    bool used = false;
  };
  const YAML::Node* take(std::string_view key);
  std::optional<std::string> scalar(const YAML::Node& node, std::string_view what) const;

  YAML::Node node_;
  YamlPlace place_;
  std::map<std::string, Value, std::less<>> values_;
  std::set<std::string, std::less<>> asked_;
};

/// Parses `file` and calls `read` with its mapping; an empty file holds nothing. A syntax error or
/// anything but one mapping is a mistake. `what` is "a rule file" in messages, `example` a key.
void read_yaml(const RuleFile& file, Mistakes& mistakes,
               const std::function<void(YamlMapping&, const YamlPlace&)>& read,
               std::string_view what = "a rule file", std::string_view example = "rules",
               std::set<std::string>* known = nullptr);

/// That of `names` which `name` seems to be meant as, or nothing.
std::string_view closest(std::string_view name, const std::set<std::string, std::less<>>& names);

/// Lower-case letters and digits in words joined by single hyphens.
bool is_kebab_name(std::string_view name);

}  // namespace unjam
