#include "rank/class_texts.h"

#include "unjam/normalize/normalizer.h"

#include <algorithm>

namespace unjam {

void set_text(const StoreReader& store, FingerprintId id, ReportQuery& query) {
  if (auto text = store.text(id)) {
    query.text = std::move(text->text);
    query.dialect = text->dialect;
    query.tables = tables_of(query.text);
  }
}

QuerySample report_sample(const ClassSample& sample, const std::optional<Dialect>& dialect,
                          bool show_literals) {
  QuerySample shown;
  shown.masked = sample.masked || !show_literals;
  shown.sql = shown.masked && !sample.masked
                  ? mask_literals(dialect.value_or(Dialect::MySql), sample.sql)
                  : sample.sql;
  shown.query_time = sample.query_time;
  shown.at = sample.at;
  if (!shown.masked) {
    shown.parameters = sample.parameters;
  }
  return shown;
}

void set_sample(const StoreReader& store, const TopOptions& options, ReportQuery& query) {
  const std::string target = options.targets.size() == 1 ? options.targets.front() : "";
  for (const ClassSample& sample : store.samples(query.id, target)) {
    if (options.targets.size() < 2 || std::find(options.targets.begin(), options.targets.end(),
                                                sample.target) != options.targets.end()) {
      query.sample = report_sample(sample, query.dialect, options.show_literals);
      return;
    }
  }
}

void set_errors(const StoreReader& store, std::span<const StoreScope> scopes, std::uint64_t all,
                ReportQuery& query) {
  std::uint64_t told = 0;
  for (const StoreScope& scope : scopes) {
    for (const ErrorTotal& error : store.errors(scope, query.id)) {
      query.errors[error.code] += error.count;
      told += error.count;
    }
  }
  if (told < all) {
    query.errors["unknown"] += all - told;
  }
}

void set_attributes(const StoreReader& store, std::span<const StoreScope> scopes,
                    ReportQuery& query) {
  for (const StoreScope& scope : scopes) {
    for (const std::string& key : store.attribute_keys(scope, query.id)) {
      std::map<std::string, std::uint64_t>* counts = nullptr;
      if (key == "user") {
        counts = &query.users;
      } else if (key == "database") {
        counts = &query.databases;
      } else if (key == "host") {
        counts = &query.hosts;
      } else if (key.starts_with("tag:")) {
        counts = &query.tags[key.substr(4)];
      } else {
        continue;
      }
      for (AttributeTotal& total : store.attributes(scope, key, query.id)) {
        (*counts)[std::move(total.value)] += total.calls;
      }
    }
  }
}

void set_lint(const Linter& linter, const Counts& counts, bool japanese, ReportQuery& query) {
  LintSubject subject;
  subject.dialect = query.dialect.value_or(Dialect::MySql);
  subject.fingerprint = query.text;
  if (query.sample) {
    subject.sample = query.sample->sql;
  }
  subject.measures = lint_measures(counts);
  for (const LintRule* rule : linter.find(subject)) {
    const auto text = [japanese](const Text& both) { return japanese ? both.ja : both.en; };
    query.lint.push_back(
        {rule->id, rule->severity, text(rule->title), text(rule->why), text(rule->instead)});
  }
}

}  // namespace unjam
