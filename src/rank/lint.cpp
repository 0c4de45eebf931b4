#include "unjam/rank/lint.h"

#include "rank/lint_or_columns.h"
#include "rank/lint_sample.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
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

/// A pattern of a rule; empty: there is none. Compiled when it is first needed: most patterns never
/// are, and compiling all of them takes longer than reading a small log.
class Pattern {
 public:
  explicit Pattern(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  /// Compiles now, to complain about a bad one.
  void check(const LintRule& rule, std::string_view key, Complaints& complaints) const {
    if (!empty() && !compiled().ok()) {
      complaints.add(rule, fmt::format("'{}' is not a valid RE2: {}", key, compiled().error()));
    }
  }
  bool occurs_in(std::string_view text) const { return RE2::PartialMatch(text, compiled()); }

 private:
  const RE2& compiled() const {
    std::call_once(once_, [this] {
      RE2::Options options;
      options.set_log_errors(false);
      options.set_max_mem(kPatternMemory);
      options.set_dot_nl(true);
      options.set_never_capture(true);
      compiled_ = std::make_unique<RE2>(text_, options);
    });
    return *compiled_;
  }

  std::string text_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<RE2> compiled_;
};

void check_measures(const LintRule& rule, std::string_view where,
                    const std::map<std::string, double>& measures, Complaints& complaints) {
  for (const auto& [name, value] : measures) {
    if (std::find(kMeasures.begin(), kMeasures.end(), name) == kMeasures.end()) {
      complaints.add(rule, fmt::format("'{}' names the unknown measure '{}'; known are {}", where,
                                       name, fmt::join(kMeasures, ", ")));
    }
  }
}

struct PreparedRule {
  explicit PreparedRule(LintRule from)
      : rule(std::move(from)),
        match(rule.match),
        unless(rule.unless),
        match_sample(rule.match_sample) {}

  LintRule rule;
  Pattern match;
  Pattern unless;
  Pattern match_sample;
};

void check(const PreparedRule& prepared, Complaints& complaints) {
  const LintRule& rule = prepared.rule;
  prepared.match.check(rule, "match", complaints);
  prepared.unless.check(rule, "unless", complaints);
  prepared.match_sample.check(rule, "match_sample", complaints);
  check_measures(rule, "at_least", rule.at_least, complaints);
  for (const LintRule::Example& example : rule.examples) {
    check_measures(rule, "measures", example.measures, complaints);
  }
}

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
  std::deque<PreparedRule> rules;  ///< Worst first.
};

Linter::Linter(std::vector<LintRule> rules) : impl_(std::make_unique<Impl>()) {
  std::stable_sort(rules.begin(), rules.end(),
                   [](const LintRule& a, const LintRule& b) { return rank_of(a) < rank_of(b); });
  Complaints complaints;
  for (LintRule& rule : rules) {
    const PreparedRule& prepared = impl_->rules.emplace_back(std::move(rule));
    if (!prepared.rule.compiled_in) {
      check(prepared, complaints);
    }
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
  for (const PreparedRule& prepared : impl_->rules) {
    // Cheapest condition first; the patterns are linear in the text, the others are not.
    if (looks_at(prepared.rule, subject.dialect) && reaches(prepared.rule.at_least, measures) &&
        (prepared.match.empty() || prepared.match.occurs_in(subject.fingerprint)) &&
        (prepared.unless.empty() || !prepared.unless.occurs_in(subject.fingerprint)) &&
        (prepared.match_sample.empty() || prepared.match_sample.occurs_in(sample.uncommented))) {
      found.push_back(&prepared.rule);
    }
  }
  return found;
}

}  // namespace unjam
