-- Ids as those of key_runs.
INSERT INTO {tags} (id, ingestion_ids, first_day, last_day, from_tag, to_tag, bytes, run)
SELECT coalesce(max(id), 0) + 1, CAST(string_split($1, ',') AS BIGINT[]), $2, $3, $4, $5, $6, $7 FROM {tags}
