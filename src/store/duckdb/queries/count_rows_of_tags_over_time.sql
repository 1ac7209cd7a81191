-- The tags of a row are distinct, so an event counts once for each; one without any counts for NULL.
SELECT {unit}, key, count(*)
FROM (SELECT day, unnest(coalesce(tags, [NULL])) AS key FROM events WHERE {condition}) AS keys
GROUP BY 1, 2
ORDER BY 1 NULLS FIRST
