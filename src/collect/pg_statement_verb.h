// What PostgreSQL's one count of rows means for a statement.
#pragma once

#include <string_view>

namespace unjam {

/// True when the rows of `sql` are sent to the client, false when they are rows that it changed
/// (INSERT, UPDATE, DELETE, MERGE, COPY). By its first words: total on any text.
bool pg_sends_rows(std::string_view sql);

}  // namespace unjam
