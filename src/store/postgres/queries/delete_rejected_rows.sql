DELETE FROM rejected_rows WHERE ingestion_id = $1
