-- The same of tags: an event counts once for each, one without any for NULL.
SELECT key, count(*)
FROM (SELECT unnest(coalesce(tags, [NULL])) AS key FROM events WHERE ingestion_id IN ({ids}) AND {filter}) AS keys
GROUP BY key
