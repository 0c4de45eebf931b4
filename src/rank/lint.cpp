#include "unjam/rank/lint.h"

#include "rank/lint_or_columns.h"
#include "rank/lint_sample.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

namespace unjam {
namespace {

// Enough for any sane rule; a pattern beyond it is refused when it is compiled. During a match RE2
// gives up its cache, never the answer, when this is used up.
constexpr std::int64_t kPatternMemory = std::int64_t{4} << 20U;

constexpr std::array<std::string_view, 11> kMeasures = {"bytes_sent_mean",
                                                        "burst_max",
                                                        "calls",
                                                        "in_list_max",
                                                        "offset_max",
                                                        "query_time_mean_s",
                                                        "query_time_p95_s",
                                                        "or_columns_max",
                                                        "rows_examined_mean",
                                                        "rows_examined_per_sent",
                                                        "rows_sent_mean"};

int rank_of(const LintRule& rule) {
  if (rule.severity == "error") {
    return 0;
  }
  return rule.severity == "warning" ? 1 : 2;
}

/// What is wrong with a set of rules, as one message.
class Complaints {
 public:
  void add(const LintRule& rule, std::string_view message) {
    const std::string place = rule.file.empty() ? "" : fmt::format("{}:{}: ", rule.file, rule.line);
    text_ +=
        fmt::format("{}{}lint rule {}: {}", text_.empty() ? "" : "; ", place, rule.id, message);
  }
  void throw_if_any() const {
    if (!text_.empty()) {
      throw Error(ErrorKind::Usage, text_);
    }
  }

 private:
  std::string text_;
};

/// Null for an empty pattern, and for a bad one, which is complained about.
std::unique_ptr<RE2> compile(const LintRule& rule, std::string_view key, const std::string& pattern,
                             Complaints& complaints) {
  if (pattern.empty()) {
    return nullptr;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  options.set_dot_nl(true);
  options.set_never_capture(true);
  auto compiled = std::make_unique<RE2>(pattern, options);
  if (!compiled->ok()) {
    complaints.add(rule, fmt::format("'{}' is not a valid RE2: {}", key, compiled->error()));
    return nullptr;
  }
  return compiled;
}

void check_measures(const LintRule& rule, std::string_view where,
                    const std::map<std::string, double>& measures, Complaints& complaints) {
  for (const auto& [name, value] : measures) {
    if (std::find(kMeasures.begin(), kMeasures.end(), name) == kMeasures.end()) {
      complaints.add(rule, fmt::format("'{}' names the unknown measure '{}'; known are {}", where,
                                       name, fmt::join(kMeasures, ", ")));
    }
  }
}

struct CompiledRule {
  LintRule rule;
  std::unique_ptr<RE2> match;
  std::unique_ptr<RE2> unless;
  std::unique_ptr<RE2> match_sample;
};

bool reaches(const std::map<std::string, double>& at_least,
             const std::map<std::string, double>& measures) {
  return std::all_of(at_least.begin(), at_least.end(), [&](const auto& bound) {
    const auto found = measures.find(bound.first);
    return found != measures.end() && found->second >= bound.second;
  });
}

bool looks_at(const LintRule& rule, Dialect dialect) {
  return rule.dialects.empty() ||
         std::find(rule.dialects.begin(), rule.dialects.end(), dialect) != rule.dialects.end();
}

void add_largest(std::map<std::string, double>& measures, const char* name,
                 std::optional<double> value) {
  if (value) {
    const auto [found, is_new] = measures.emplace(name, *value);
    found->second = std::max(found->second, *value);
  }
}

}  // namespace

struct Linter::Impl {
  std::vector<CompiledRule> rules;  ///< Worst first.
};

Linter::Linter(std::vector<LintRule> rules) : impl_(std::make_unique<Impl>()) {
  std::stable_sort(rules.begin(), rules.end(),
                   [](const LintRule& a, const LintRule& b) { return rank_of(a) < rank_of(b); });
  Complaints complaints;
  for (LintRule& rule : rules) {
    CompiledRule compiled;
    compiled.match = compile(rule, "match", rule.match, complaints);
    compiled.unless = compile(rule, "unless", rule.unless, complaints);
    compiled.match_sample = compile(rule, "match_sample", rule.match_sample, complaints);
    check_measures(rule, "at_least", rule.at_least, complaints);
    for (const LintRule::Example& example : rule.examples) {
      check_measures(rule, "measures", example.measures, complaints);
    }
    compiled.rule = std::move(rule);
    impl_->rules.push_back(std::move(compiled));
  }
  complaints.throw_if_any();
}

Linter::~Linter() = default;
Linter::Linter(Linter&&) noexcept = default;
Linter& Linter::operator=(Linter&&) noexcept = default;

std::vector<const LintRule*> Linter::find(const LintSubject& subject) const {
  const LintSample sample = read_lint_sample(subject.dialect, subject.sample);
  std::map<std::string, double> measures = subject.measures;
  add_largest(measures, "in_list_max", sample.in_list_max);
  add_largest(measures, "offset_max", sample.offset_max);
  add_largest(measures, "or_columns_max",
              static_cast<double>(or_columns(subject.dialect, subject.fingerprint)));

  std::vector<const LintRule*> found;
  for (const CompiledRule& compiled : impl_->rules) {
    // Cheapest condition first; the patterns are linear in the text, the others are not.
    if (looks_at(compiled.rule, subject.dialect) && reaches(compiled.rule.at_least, measures) &&
        (!compiled.match || RE2::PartialMatch(subject.fingerprint, *compiled.match)) &&
        (!compiled.unless || !RE2::PartialMatch(subject.fingerprint, *compiled.unless)) &&
        (!compiled.match_sample || RE2::PartialMatch(sample.uncommented, *compiled.match_sample))) {
      found.push_back(&compiled.rule);
    }
  }
  return found;
}

}  // namespace unjam
