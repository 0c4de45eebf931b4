// The tables of the SQLite store, their versions, and what it takes to open one.
#pragma once

#include "drivers/sqlite_db.h"

namespace unjam {

/// Makes the tables in a new file, migrates an older one, and checks what is small and must not be
/// damaged. Throws Error: Usage when the file is newer than this unjam or of another program,
/// Corrupt.
void open_schema_for_writing(SqliteDb& db);

/// Throws Error: Usage when the schema is not of this version, Unreachable when there is none.
void open_schema_for_reading(SqliteDb& db);

}  // namespace unjam
