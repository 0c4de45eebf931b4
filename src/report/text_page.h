// A page of terminal text: aligned columns, wrapped paragraphs, colour when asked for. Takes
// neutralised text only; knows nothing of reports.
#pragma once

#include "unjam/report/render.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unjam {

enum class Ink { Plain, Strong, Faint, Accent, Warning, Alarm };
enum class Align { Left, Right };

/// `text` cut to `columns` with an ellipsis, or filled up to it with blanks.
std::string fit(std::string_view text, std::size_t columns, Align align = Align::Left);
/// `text` in lines of at most `columns`: at blanks, between wide characters, and inside words that
/// are longer than a line.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

struct TextColumn {
  std::string title;
  Align align = Align::Left;
  Ink ink = Ink::Plain;
  std::size_t most = 0;  ///< Columns at most; 0: what the widest cell needs.
  Ink (*ink_of)(std::string_view cell) = nullptr;  ///< Instead of `ink`, cell by cell.
};

class TextPage {
 public:
  explicit TextPage(const TextStyle& style);

  std::size_t columns() const { return columns_; }
  void blank();
  /// As it is, indented; `line` holds no line feed.
  void line(std::string_view line, std::size_t indent = 0, Ink ink = Ink::Plain);
  void paragraph(std::string_view text, std::size_t indent, Ink ink = Ink::Plain);
  /// A label and its value; the value is wrapped beside the label.
  void field(std::string_view label, std::string_view value, std::size_t indent,
             std::size_t label_columns, Ink ink = Ink::Plain);
  void rule(std::string_view title, std::string_view right = {});
  /// The last column takes what is left of the line, and is cut there.
  void table(const std::vector<TextColumn>& columns,
             const std::vector<std::vector<std::string>>& rows, std::size_t indent);
  std::string ink(std::string_view text, Ink ink) const;
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::size_t columns_;
  bool colour_;
};

}  // namespace unjam
