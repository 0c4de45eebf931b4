// Line breaks for statements: a new line before each clause, sub-queries indented. It reads words,
// quotes and parentheses, not grammar, so that any text (other dialects, cut text) comes out whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

enum class SqlPiece { Blank, Word, Keyword, Quoted, Other };

/// The next piece of `sql`, which is removed from it; `sql` is not empty. Quoted: strings, quoted
/// names and comments, to the end of the text when they are not closed.
struct SqlToken {
  SqlPiece piece = SqlPiece::Other;
  std::string_view text;
};
SqlToken take_sql_token(std::string_view& sql);

/// True for `word` in any case; `lower` is lower case.
bool same_word(std::string_view word, std::string_view lower);

struct SqlLine {
  std::size_t indent = 0;  ///< In columns.
  std::string text;
};

/// `sql` in one line when it fits in `columns`, else one line per clause. Text that brings its own
/// line feeds keeps them instead. Linear in the length of `sql`.
std::vector<SqlLine> lay_out_sql(std::string_view sql, std::size_t columns);

/// What to call a statement in a table: verb, tables, and the rest from WHERE on; one line, with
/// the select list left out. `tables` may be empty. At most `bytes` bytes of the statement are
/// looked at.
std::string short_form(std::string_view sql, const std::vector<std::string>& tables,
                       std::size_t bytes = 400);

}  // namespace unjam
