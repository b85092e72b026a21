"""The database: shared columns, row locks, search indexes, paging, the SQLite backend."""
