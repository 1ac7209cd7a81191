-- weir_event_feed() is the scan itself: a table function that pulls the dump's readers, one a thread.
INSERT INTO events (id, timestamp, day, email, company, country, ip, uri, action, tags, ingestion_id, ingested_at)
SELECT id, timestamp, day, email, company, country, ip, uri, action, tags, $1, $2 FROM weir_event_feed()
