// Query tags: what applications write into comments to say which code sent a statement.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unjam {

/// Key and value, in the order of the comment; decoded. At most kMaxQueryTags, keys <= 64 bytes,
/// values <= 256 bytes (longer ones are cut).
using QueryTags = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kMaxQueryTags = 32;

/// Tags of one comment, delimiters included (`/* */`, `-- `, `#`): sqlcommenter, Marginalia and
/// Rails QueryLogs (legacy), Datadog DBM. Empty for any other comment, for hints (`/*+`) and for
/// version comments (`/*!`). Total on any bytes.
QueryTags parse_query_tags(std::string_view comment);

/// True for keys that are unique per call (traceparent, tracestate, dddbs trace ids, request_id):
/// they identify a call, not the code, and are not counted.
bool is_per_call_tag(std::string_view key);

}  // namespace unjam
