// Finds where a statement of a MySQL slow log ends when the fast scan cannot tell: text that holds
// lines like those of a header, quotes that are never closed, half-written statements.
//
// The log escapes nothing, so the same bytes can mean two things: one legal statement whose literal
// holds a forged event, or a statement with an open quote (a logged syntax error, a cut record) and
// the events behind it. The rule, for the places where a next event may begin:
//   1. A place outside literals and comments ends the statement if a `;` and a line end stand
//   before it, or
//      if it is a banner, or a whole event (header, SET line, text): then the statement was cut.
//   2. If places inside an open literal or comment come first, there are two readings. The
//   statement goes
//      on over them (a forgery) if the server reported an error number other than a syntax error:
//      such a statement has no open quote. Otherwise the last event that would be swallowed
//      decides. Read for itself, a forged one does not come out even: the quote or comment that was
//      opened in front of it ends in it. If it does come out even, or the closing quote has a word
//      right behind it (`'it's`), the quotes closed by chance, and the statement ends at the first
//      place.
//   3. If no place outside literals comes within the lookahead, the statement ends at the first
//   place.
#pragma once

#include "unjam/model/sql.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unjam {

struct StatementEnd {
  bool known = false;      ///< False: more bytes are needed.
  std::size_t length = 0;  ///< Of the statement, without its `;`.
  std::size_t next = 0;    ///< Offset of what follows.
  /// From here to `next` lies an event that is cut and may be part of a literal; npos: none does.
  std::size_t doubtful = std::string_view::npos;
  bool cut = false;      ///< The statement is not complete, or its quotes are not.
  std::size_t read = 0;  ///< Bytes looked at, to account for the work.
};

struct StatementEndQuery {
  std::string_view text;      ///< From the first byte of the statement to the end of the window.
  bool at_end = false;        ///< The log ends with `text`.
  bool ansi_quotes = false;   ///< "x" is a name, without backslash escapes.
  bool syntax_error = true;   ///< The statement may have one, as far as its header tells.
  std::size_t lookahead = 0;  ///< Bytes to read behind the first place inside a literal.
  /// If not npos: the scan found `text` closed here and an event or the end behind it, so nothing
  /// further back needs to be read. `scan_next`: where that event begins.
  std::size_t scan_length = std::string_view::npos;
  std::size_t scan_next = 0;
};

StatementEnd find_statement_end(const StatementEndQuery& query);

}  // namespace unjam
