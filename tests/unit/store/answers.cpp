#include "unit/store/answers.h"

#include "unit/store/random_flushes.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace unjam {
namespace {

class Lines {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    lines_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
  /// What came since the last call.
  void sort() {
    std::sort(lines_.begin() + static_cast<std::ptrdiff_t>(sorted_), lines_.end());
    sorted_ = lines_.size();
  }
  std::string text() const { return fmt::format("{}\n", fmt::join(lines_, "\n")); }

 private:
  std::vector<std::string> lines_;
  std::size_t sorted_ = 0;
};

using Ids = std::vector<std::optional<FingerprintId>>;

void add_numbers(const StoreReader& reader, const StoreScope& scope,
                 std::span<const FingerprintId> classes, std::size_t parts, Lines& lines) {
  for (const Coverage& one : reader.coverage(scope.range)) {
    lines.add("coverage {} {} {} {} {} {}", one.target, to_string(one.source),
              format_time(one.first), format_time(one.last), one.calls, one.query_time.count());
  }
  lines.sort();
  for (const Detail detail : {Detail::Load, Detail::Sums, Detail::Full}) {
    const int number = static_cast<int>(detail);
    for (const ClassTotal& total : reader.totals(scope, detail)) {
      lines.add("total {} {} {}", number, total.id.hex(), describe(total.counts));
    }
    lines.sort();
    for (const ClassTotal& total : reader.totals(scope, detail, classes)) {
      lines.add("class {} {} {}", number, total.id.hex(), describe(total.counts));
    }
    for (const auto& points : reader.history(scope, detail, classes, parts)) {
      for (const HistoryPoint& point : points) {
        lines.add("point {} {} {}", number, format_time(point.begin), describe(point.counts));
      }
    }
    for (const auto& id : Ids{std::nullopt, classes.front()}) {
      for (const TargetTotal& total : reader.per_target(scope, detail, id)) {
        lines.add("target {} {} {}", number, total.target, describe(total.counts));
      }
    }
    lines.sort();
  }
  for (const HistoryPoint& point : reader.history(scope, parts)) {
    lines.add("point of all {} {}", format_time(point.begin), describe(point.counts));
  }
}

void add_names(const StoreReader& reader, const StoreScope& scope,
               std::span<const FingerprintId> classes, Lines& lines) {
  for (const char* key : {"user", "tag:t1", "nothing"}) {
    for (const auto& id : Ids{std::nullopt, classes.front()}) {
      for (const AttributeTotal& total : reader.attributes(scope, key, id)) {
        lines.add("attribute {} {} {} {}", key, total.value, total.id.hex(), total.calls);
      }
    }
  }
  lines.sort();
  for (const FingerprintId id : classes) {
    for (const std::string& key : reader.attribute_keys(scope, id)) {
      lines.add("key {} {}", id.hex(), key);
    }
    const std::optional<ClassText> text = reader.text(id);
    lines.add("text {} {}", text ? text->text : "none", text ? to_string(text->dialect) : "");
    const std::optional<TimePoint> first = reader.first_seen(id);
    lines.add("first seen {}", first ? format_time(*first) : "never");
    for (const FingerprintId found : reader.find(id.hex().substr(0, 2), 3)) {
      lines.add("found {}", found.hex());
    }
  }
  for (const auto& id : Ids{std::nullopt, classes.front()}) {
    for (const ErrorTotal& error : reader.errors(scope, id)) {
      lines.add("error {} {} {} {} {} {} {} {}", error.target, error.code, error.severity,
                error.message, error.id.hex(), error.count, format_time(error.first),
                format_time(error.last));
    }
  }
  lines.sort();
}

}  // namespace

std::string answers(const StoreReader& reader, const StoreScope& scope,
                    std::span<const FingerprintId> classes, std::size_t parts) {
  Lines lines;
  add_numbers(reader, scope, classes, parts, lines);
  add_names(reader, scope, classes, lines);
  return lines.text();
}

}  // namespace unjam
