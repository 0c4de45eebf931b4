// The statement inside an auto_explain message: text, JSON, YAML or XML.
#pragma once

#include <string>
#include <string_view>

namespace unjam {

struct PgPlan {
  std::string_view sql;         ///< Views into the body, or into the scratch where it was escaped.
  std::string_view parameters;  ///< `Query Parameters` (16+)
  std::string_view plan;
};

/// `body` is what follows `duration: D ms  plan:`. `scratch` receives unescaped text, with
/// kScanPadding bytes behind it.
PgPlan parse_pg_plan(std::string_view body, std::string& scratch);

}  // namespace unjam
