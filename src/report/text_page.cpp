#include "report/text_page.h"

#include "report/unicode.h"

#include <algorithm>

namespace unjam {
namespace {

constexpr std::size_t kGap = 2;

std::string_view escape_of(Ink ink) {
  switch (ink) {
    case Ink::Plain:
      return "";
    case Ink::Strong:
      return "\x1b[1m";
    case Ink::Faint:
      return "\x1b[2m";
    case Ink::Accent:
      return "\x1b[36m";
    case Ink::Warning:
      return "\x1b[33m";
    case Ink::Alarm:
      return "\x1b[31m";
  }
  return "";
}

void trim_right(std::string& text) { text.erase(text.find_last_not_of(' ') + 1); }

std::string repeat(std::string_view piece, std::size_t times) {
  std::string result;
  for (std::size_t n = 0; n < times; ++n) {
    result += piece;
  }
  return result;
}

}  // namespace

std::string fit(std::string_view text, std::size_t columns, Align align) {
  std::size_t width = 0;
  std::size_t end = 0;
  std::size_t end_before_ellipsis = 0;
  std::size_t width_before_ellipsis = 0;
  while (end < text.size()) {
    const CodePoint next = first_code_point(text.substr(end));
    const std::size_t wide = columns_of(next.value);
    if (width + wide > columns) {
      std::string cut(text.substr(0, end_before_ellipsis));
      if (columns > 0) {
        cut += "…";
        cut.append(columns - 1 - width_before_ellipsis, ' ');
      }
      return cut;
    }
    width += wide;
    end += next.bytes;
    if (width + 1 <= columns) {
      end_before_ellipsis = end;
      width_before_ellipsis = width;
    }
  }
  const std::string padding(columns - width, ' ');
  return align == Align::Left ? std::string(text) + padding : padding + std::string(text);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 8);
  std::vector<std::string> lines;
  std::size_t begin = 0;
  std::size_t width = 0;
  std::size_t opening =
      std::string_view::npos;  // Where the line may be broken, and its width there.
  std::size_t opening_width = 0;
  std::size_t at = 0;
  const auto close = [&](std::size_t end) {
    lines.emplace_back(text.substr(begin, end - begin));
    trim_right(lines.back());
  };
  while (at < text.size()) {
    const CodePoint next = first_code_point(text.substr(at));
    const std::size_t wide = columns_of(next.value);
    // Closing brackets and full stops of Japanese must not begin a line.
    const bool may_begin = next.value != U'、' && next.value != U'。' && next.value != U'）' &&
                           next.value != U'」' && next.value != U'ー';
    if (wide == 2 && may_begin && at > begin) {
      opening = at;
      opening_width = width;
    }
    if (width + wide > columns && next.value != ' ' && at > begin) {
      const bool can_break = opening != std::string_view::npos && opening > begin;
      const std::size_t end = can_break ? opening : at;
      close(end);
      width -= can_break ? opening_width : width;
      begin = end;
      opening = std::string_view::npos;
    }
    width += wide;
    at += next.bytes;
    if (next.value == ' ') {
      opening = at;
      opening_width = width;
    }
  }
  if (begin < text.size() || lines.empty()) {
    close(text.size());
  }
  return lines;
}

TextPage::TextPage(const TextStyle& style)
    : columns_(static_cast<std::size_t>(std::clamp(style.columns, 40, 400))),
      colour_(style.colour) {}

std::string TextPage::ink(std::string_view text, Ink ink) const {
  if (!colour_ || ink == Ink::Plain || text.empty()) {
    return std::string(text);
  }
  return std::string(escape_of(ink)).append(text).append("\x1b[0m");
}

void TextPage::blank() {
  if (!out_.empty() && !out_.ends_with("\n\n")) {
    out_ += '\n';
  }
}

void TextPage::line(std::string_view line, std::size_t indent, Ink with) {
  std::string text(line);
  trim_right(text);
  if (!text.empty()) {
    out_.append(indent, ' ');
    out_ += ink(text, with);
  }
  out_ += '\n';
}

void TextPage::paragraph(std::string_view text, std::size_t indent, Ink with) {
  for (const std::string& part : wrap(text, columns_ - std::min(columns_ / 2, indent))) {
    line(part, indent, with);
  }
}

void TextPage::field(std::string_view label, std::string_view value, std::size_t indent,
                     std::size_t label_columns, Ink with) {
  const std::size_t left = indent + label_columns + kGap;
  std::string head = ink(fit(label, label_columns), Ink::Faint) + std::string(kGap, ' ');
  for (const std::string& part : wrap(value, columns_ - std::min(columns_ / 2, left))) {
    line(head + ink(part, with), indent);
    head = std::string(label_columns + kGap, ' ');
  }
}

void TextPage::rule(std::string_view title, std::string_view right) {
  const std::size_t used =
      4 + display_width(title) + (right.empty() ? 0 : display_width(right) + 4);
  if (used > columns_ && !right.empty()) {
    rule(title, "");
    paragraph(right, 3, Ink::Faint);
    return;
  }
  const std::size_t fill = columns_ > used ? columns_ - used : 0;
  std::string text = ink("── ", Ink::Faint) + ink(title, Ink::Strong) + ' ';
  text += ink(repeat("─", fill), Ink::Faint);
  if (!right.empty()) {
    text += ' ' + std::string(right) + ink(" ──", Ink::Faint);
  }
  line(text);
}

void TextPage::table(const std::vector<TextColumn>& columns,
                     const std::vector<std::vector<std::string>>& rows, std::size_t indent) {
  std::vector<std::size_t> widths(columns.size());
  for (std::size_t at = 0; at < columns.size(); ++at) {
    widths[at] = display_width(columns[at].title);
    for (const auto& row : rows) {
      widths[at] = std::max(widths[at], display_width(row[at]));
    }
    if (columns[at].most != 0) {
      widths[at] = std::min(widths[at], columns[at].most);
    }
  }
  std::size_t used = indent;
  for (std::size_t at = 0; at + 1 < widths.size(); ++at) {
    used += widths[at] + kGap;
  }
  widths.back() = columns_ > used + 12 ? columns_ - used : 12;
  std::string head;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    head += fit(columns[at].title, widths[at], columns[at].align) + std::string(kGap, ' ');
  }
  line(head, indent, Ink::Faint);
  for (const auto& row : rows) {
    std::string text;
    for (std::size_t at = 0; at < columns.size(); ++at) {
      const Ink with =
          columns[at].ink_of != nullptr ? columns[at].ink_of(row[at]) : columns[at].ink;
      text += ink(fit(row[at], widths[at], columns[at].align), with);
      text += at + 1 < columns.size() ? std::string(kGap, ' ') : std::string();
    }
    line(text, indent);
  }
}

}  // namespace unjam
