#pragma once

#include <sqlite3.h>

/// SQLITE_TRANSIENT casts an integer to a function pointer, which Swift does not import:
/// SQLite copies the bytes before the call returns.
static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }
