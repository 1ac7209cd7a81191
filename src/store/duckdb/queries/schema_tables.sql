-- Is weir's schema here? One row when it is.
SELECT 1 FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'schema_migrations' AND NOT internal
