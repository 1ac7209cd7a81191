INSERT INTO {tags} (ingestion_ids, first_day, last_day, from_tag, to_tag, bytes, run)
VALUES (CAST(string_to_array($1, ',') AS bigint[]), $2, $3, $4, $5, $6, $7)
