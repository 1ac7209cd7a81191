-- {where} narrows the ledger; the order is that of time. The last column: the row's process still holds the slot's lock.
SELECT id, source, period, uri, etag, content_hash, bytes, columns, rows_read, rows_loaded, rows_rejected,
       first_day, last_day, status, error, started_at, finished_at, weir_version, psl_version,
       status = 'loading' AND EXISTS (
         SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND objsubid = 1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (classid::bigint << 32 | objid::bigint) =
               hashtextextended(concat_ws(' ', 'weir', current_schema(), source, period), 0))
FROM ingestions
WHERE {where}
ORDER BY id
