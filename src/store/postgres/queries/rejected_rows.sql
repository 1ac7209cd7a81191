SELECT ingestion_id, line, reason, raw FROM rejected_rows
WHERE ingestion_id IN ({ids})
ORDER BY ingestion_id, line, reason, raw
LIMIT {limit}
