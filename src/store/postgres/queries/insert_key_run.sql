INSERT INTO {keys} (ingestion_ids, field, first_day, last_day, keys, events, bytes, run)
VALUES (CAST(string_to_array($1, ',') AS bigint[]), $2, $3, $4, $5, $6, $7, $8)
