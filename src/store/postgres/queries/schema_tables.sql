-- Is weir's schema here? One row when it is; a table of that name that is somebody else's has no checksums.
SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('schema_migrations') AND attname = 'checksum'
