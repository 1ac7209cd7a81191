-- The tags of a row are distinct, so an event counts once for each; one without any counts for NULL.
SELECT key, count(*)
FROM (SELECT unnest(coalesce(tags, ARRAY[NULL])) AS key FROM visible_rows WHERE {condition}) AS keys
GROUP BY key
