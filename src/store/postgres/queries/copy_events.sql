-- Straight into the month's partition: the rows need no routing.
COPY {partition} (id, timestamp, day, email, company, country, ip, uri, action, tags, ingestion_id, ingested_at, period_month)
FROM STDIN WITH (FORMAT binary)
