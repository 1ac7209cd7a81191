SELECT ingestion_id, count(*), min(day), max(day) FROM events GROUP BY ingestion_id
