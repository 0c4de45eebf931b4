#include "collect/pg_plan.h"

#include "unjam/base/utf8.h"
#include "unjam/lex/shape.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace unjam {
namespace {

/// Four hex digits at `at`; nothing when they are not there.
bool take_code_unit(std::string_view text, std::size_t at, std::uint32_t& code) {
  if (at + 4 > text.size()) {
    return false;
  }
  const char* const end = text.data() + at + 4;
  const auto [stop, error] = std::from_chars(text.data() + at, end, code, 16);
  return error == std::errc() && stop == end;
}

char plain_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return c;
  }
}

/// Unescapes the JSON string whose text begins at `begin`, up to its quote or the end of `text`.
void unescape_json(std::string_view text, std::size_t begin, std::string& out) {
  std::size_t i = begin;
  while (i < text.size() && text[i] != '"') {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out.push_back(text[i++]);
      continue;
    }
    std::uint32_t code = 0;
    if (text[i + 1] == 'u' && take_code_unit(text, i + 2, code)) {
      std::uint32_t low = 0;
      i += 6;
      if (code >= 0xD800 && code < 0xDC00 && text.substr(i, 2) == "\\u" &&
          take_code_unit(text, i + 2, low) && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      }
      char bytes[4];
      out.append(bytes, put_utf8(code, bytes));
      continue;
    }
    out.push_back(plain_escape(text[i + 1]));
    i += 2;
  }
}

void unescape_xml(std::string_view text, std::string& out) {
  constexpr std::array<std::pair<std::string_view, char>, 6> kEntities{{{"&lt;", '<'},
                                                                        {"&gt;", '>'},
                                                                        {"&amp;", '&'},
                                                                        {"&quot;", '"'},
                                                                        {"&apos;", '\''},
                                                                        {"&#x0d;", '\r'}}};
  std::size_t i = 0;
  while (i < text.size()) {
    const auto* const entity =
        text[i] != '&' ? kEntities.end()
                       : std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& known) {
                           return text.substr(i).starts_with(known.first);
                         });
    if (entity == kEntities.end()) {
      out.push_back(text[i++]);
    } else {
      out.push_back(entity->second);
      i += entity->first.size();
    }
  }
}

std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::size_t from = begin + open.size();
  return text.substr(from, text.find(close, from) - from);
}

/// Offset of the line of the root plan node. SQL may hold blanks and parentheses, so the whole
/// `Node  (cost=1.00..2.00 rows=` is asked for.
std::size_t find_root_node(std::string_view body) {
  constexpr std::string_view kCost = "  (cost=";
  for (std::size_t at = body.find(kCost); at != std::string_view::npos;
       at = body.find(kCost, at + 1)) {
    // Node names are short; looking back further would be quadratic on one long line.
    constexpr std::size_t kLongestNode = 1024;
    const std::size_t from = at > kLongestNode ? at - kLongestNode : 0;
    const std::size_t feed = body.substr(from, at - from).rfind('\n');
    const std::size_t line = feed == std::string_view::npos ? 0 : from + feed + 1;
    const std::string_view rest = body.substr(at + kCost.size(), 80);
    const std::size_t dots = rest.find("..");
    if (line > 0 && body[line] >= 'A' && body[line] <= 'Z' && !rest.empty() && rest[0] >= '0' &&
        rest[0] <= '9' && dots < 30 && rest.find(" rows=") != std::string_view::npos) {
      return line;
    }
  }
  return std::string_view::npos;
}

constexpr std::string_view kTextLabel = "Query Text: ";
constexpr std::string_view kParametersLabel = "\nQuery Parameters: ";

PgPlan parse_text(std::string_view body) {
  PgPlan result;
  const std::size_t root = find_root_node(body);
  std::string_view head = body.substr(0, root);
  if (root != std::string_view::npos) {
    result.plan = body.substr(root);
    head.remove_suffix(1);
  }
  head.remove_prefix(kTextLabel.size());
  const std::size_t parameters = head.rfind(kParametersLabel);
  if (parameters != std::string_view::npos) {
    result.parameters = head.substr(parameters + kParametersLabel.size());
    head = head.substr(0, parameters);
  }
  result.sql = head;
  return result;
}

}  // namespace

PgPlan parse_pg_plan(std::string_view body, std::string& scratch) {
  PgPlan result;
  result.plan = body;
  scratch.clear();
  std::size_t sql_size = 0;
  if (body.starts_with('{')) {
    constexpr std::string_view kKey = "\"Query Text\": \"";
    constexpr std::string_view kParametersKey = "\"Query Parameters\": \"";
    const std::size_t key = body.find(kKey);
    if (key != std::string_view::npos) {
      unescape_json(body, key + kKey.size(), scratch);
      sql_size = scratch.size();
    }
    const std::size_t parameters = body.find(kParametersKey);
    if (parameters != std::string_view::npos) {
      unescape_json(body, parameters + kParametersKey.size(), scratch);
    }
  } else if (body.starts_with('<')) {
    unescape_xml(between(body, "<Query-Text>", "</Query-Text>"), scratch);
    sql_size = scratch.size();
    unescape_xml(between(body, "<Query-Parameters>", "</Query-Parameters>"), scratch);
  } else if (body.starts_with("Query Text: \"") && body.find("\nPlan:") != std::string_view::npos) {
    constexpr std::string_view kYamlParameters = "\nQuery Parameters: \"";
    unescape_json(body, kTextLabel.size() + 1, scratch);
    sql_size = scratch.size();
    const std::size_t parameters = body.find(kYamlParameters);
    if (parameters != std::string_view::npos) {
      unescape_json(body, parameters + kYamlParameters.size(), scratch);
    }
  } else if (body.starts_with(kTextLabel)) {
    return parse_text(body);
  }
  const std::size_t size = scratch.size();
  scratch.append(kScanPadding, '\0');
  result.sql = std::string_view(scratch).substr(0, sql_size);
  result.parameters = std::string_view(scratch).substr(sql_size, size - sql_size);
  return result;
}

}  // namespace unjam
