INSERT INTO ingestions (source, period, uri, etag, columns, status, started_at, weir_version, psl_version)
VALUES ($1, $2, $3, $4, $5, 'loading', $6, $7, $8)
RETURNING id
