SELECT ingestion_id, count(*) FROM rejected_rows GROUP BY ingestion_id
