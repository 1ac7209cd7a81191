-- {where} narrows the ledger; the order is that of time.
SELECT id, source, period, uri, etag, content_hash, bytes, columns, rows_read, rows_loaded, rows_rejected,
       first_day, last_day, status, error, started_at, finished_at, weir_version, psl_version
FROM ingestions
WHERE {where}
ORDER BY id
