-- Whatever is still loading while nobody holds its slot's lock has lost its process.
UPDATE ingestions SET status = 'failed', error = 'interrupted', finished_at = $1
WHERE status = 'loading' AND NOT EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32 | objid::bigint) =
        hashtextextended(concat_ws(' ', 'weir', current_schema(), source, period), 0))
