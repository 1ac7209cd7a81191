COPY rejected_rows (ingestion_id, line, reason, raw) FROM STDIN WITH (FORMAT binary)
