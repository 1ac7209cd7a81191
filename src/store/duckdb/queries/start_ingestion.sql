-- Ids need no sequence: rows are never deleted, and the lock admits one writer.
INSERT INTO ingestions (id, source, period, uri, etag, columns, status, started_at, weir_version, psl_version)
SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, 'loading', $6, $7, $8 FROM ingestions
