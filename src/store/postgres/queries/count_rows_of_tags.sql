-- The same of tags: an event counts once for each, one without any for NULL.
SELECT key, count(*)
FROM (SELECT unnest(coalesce(tags, ARRAY[NULL])) AS key
      FROM event_rows WHERE ingestion_id IN ({ids}) AND period_month IN ({months}) AND {filter}) AS keys
GROUP BY key
