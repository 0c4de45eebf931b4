#include "report/neutralise.h"

#include "report/unicode.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

enum class Lines { Keep, Show };

std::string visible(std::string_view text, Lines lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    const std::string_view bytes = text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
    if (next.valid && !is_deceptive(next.value)) {
      out += bytes;
    } else if (next.value == '\n') {
      out += lines == Lines::Keep ? "\n" : "\\n";
    } else if (next.value == '\t') {
      out += lines == Lines::Keep ? "  " : "\\t";
    } else if (next.value == '\r') {
      if (lines == Lines::Show || !text.starts_with('\n')) {
        out += "\\r";
      }
    } else if (!next.valid || next.value < 0x80) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(next.value));
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(next.value));
    }
  }
  return out;
}

std::size_t longest_run(std::string_view text, char wanted) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// `line` is visible already.
std::string code_span(std::string_view line) {
  if (line.empty()) {
    return "` `";
  }
  const std::string fence(longest_run(line, '`') + 1, '`');
  // One blank on each side is stripped by the reader; without it a back-tick at the edge, or a
  // blank on both edges, would be taken for part of the fence.
  const bool pad =
      line.front() == '`' || line.back() == '`' || (line.front() == ' ' && line.back() == ' ');
  return fmt::format("{0}{1}{2}{1}{0}", fence, pad ? " " : "", line);
}

}  // namespace

std::string visible_line(std::string_view text) { return visible(text, Lines::Show); }

std::string visible_line(std::string_view text, std::size_t bytes) {
  const std::string_view kept = cut_bytes(text, bytes);
  return visible_line(kept) + (kept.size() < text.size() ? "…" : "");
}

std::string visible_text(std::string_view text) { return visible(text, Lines::Keep); }

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : visible_text(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) { return code_span(visible_line(text)); }

std::string markdown_cell(std::string_view text) {
  std::string line;
  for (const char c : visible_line(text)) {
    if (c == '|') {
      // Readers disagree on whether the bar of \\| is escaped: never leave a backslash before one.
      line += line.ends_with('\\') ? " \\|" : "\\|";
    } else {
      line += c;
    }
  }
  if (line.ends_with('\\')) {
    line += ' ';
  }
  return code_span(line);
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kActive = "\\`*_{}[]<>#|~&$";
  constexpr std::string_view kActiveInFront = "+-=!";
  const std::string line = visible_line(text);
  const std::size_t first_other = line.find_first_not_of("0123456789");
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    // Else a number in front makes a list.
    const bool numbers = (c == '.' || c == ')') && at > 0 && at == first_other &&
                         (at + 1 == line.size() || line[at + 1] == ' ');
    if (c == '@') {
      out += "@<!-- -->";  // An escaped @ would still mention: mentions are found after rendering.
    } else if (c == ':' && line.compare(at, 3, "://") == 0) {
      out += ":<!-- -->";
    } else if (c == '.' && at >= 3 && (line[at - 1] | 0x20) == 'w' &&
               (line[at - 2] | 0x20) == 'w') {
      out += "<!-- -->.";
    } else if (numbers || (at == 0 && kActiveInFront.find(c) != std::string_view::npos)) {
      out += '\\';
      out += c;
    } else if (kActive.find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
      if (c == '#') {
        out += "<!-- -->";
      }
    } else {
      out += c;
    }
  }
  return out;
}

std::string markdown_fence(std::string_view text, std::string_view language) {
  const std::string body = visible_text(text);
  const std::string fence(std::max<std::size_t>(3, longest_run(body, '`') + 1), '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, body, body.ends_with('\n') ? "" : "\n",
                     fence);
}

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  constexpr std::string_view kCalculates = "=+-@\t\r\n";
  const bool wide = text.starts_with("＝") || text.starts_with("＋") || text.starts_with("－") ||
                    text.starts_with("＠");
  if (wide || (!text.empty() && kCalculates.find(text.front()) != std::string_view::npos)) {
    out += '\'';
  }
  for (const char c : visible_text(text)) {
    if (c == '"') {
      out += '"';
    }
    out += c;
  }
  out += '"';
  return out;
}

}  // namespace unjam
