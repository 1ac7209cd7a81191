-- Ids need no sequence, which DuckDB 1.4 cannot read back from its log as a default: the lock admits one writer.
INSERT INTO {keys} (id, ingestion_ids, field, first_day, last_day, keys, events, bytes, run)
SELECT coalesce(max(id), 0) + 1, CAST(string_split($1, ',') AS BIGINT[]), $2, $3, $4, $5, $6, $7, $8 FROM {keys}
