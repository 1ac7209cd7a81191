-- Straight into the month's partition: the rows need no routing, and their month is its default.
COPY {partition} (id, timestamp, day, email, company, country, ip, uri, action, tag_list, ingestion_id)
FROM STDIN WITH (FORMAT binary)
