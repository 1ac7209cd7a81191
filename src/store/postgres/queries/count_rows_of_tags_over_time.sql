-- The tags of a row are distinct, so an event counts once for each; one without any counts for NULL.
SELECT {unit}, key, count(*)
FROM (SELECT day, unnest(coalesce(tags, ARRAY[NULL])) AS key FROM visible_rows WHERE {condition}) AS keys
GROUP BY 1, 2
ORDER BY 1 NULLS FIRST
