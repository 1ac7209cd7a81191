DELETE FROM events WHERE ingestion_id = $1
