// Texts from logs are written by strangers. Each function here makes one safe for one medium: it
// can neither act there (escape sequences, markup, formulas, mentions) nor look like something else
// (bidirectional and invisible characters). Every renderer prints log text through these alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unjam {

/// One line: controls become \n, \t, \r or \xNN, deceptive characters \uNNNN, bytes that are not
/// UTF-8 \xNN. The result is valid UTF-8 and safe on a terminal.
std::string visible_line(std::string_view text);

/// As visible_line(), of the first `bytes` bytes of `text` and an ellipsis for the rest: names,
/// codes and messages of logs have no bound of their own.
std::string visible_line(std::string_view text, std::size_t bytes);

/// As visible_line(), but line feeds stay, tabs become two blanks and a CR before a line feed goes.
std::string visible_text(std::string_view text);

/// For element content and for quoted attribute values; line feeds stay.
std::string html_text(std::string_view text);

/// Inline code whatever back-ticks `text` holds; one line. Trackers look for no mention in code.
std::string markdown_code(std::string_view text);

/// As markdown_code(), and safe inside a table cell.
std::string markdown_cell(std::string_view text);

/// Plain words: no emphasis, link, image, HTML, heading, mention or reference can come of it.
std::string markdown_text(std::string_view text);

/// A fenced block that ends in a line feed; the fence is longer than any run of back-ticks inside.
std::string markdown_fence(std::string_view text, std::string_view language);

/// A quoted field. A first character that makes a spreadsheet calculate (= + - @ tab CR LF and the
/// full-width forms) is preceded by an apostrophe.
std::string csv_field(std::string_view text);

}  // namespace unjam
