DELETE FROM event_rows WHERE ingestion_id = $1 AND period_month = $2
