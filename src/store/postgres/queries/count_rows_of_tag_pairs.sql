-- Each pair once, the bytewise lower tag first; the tags of a row are distinct.
SELECT a, b, count(*)
FROM (SELECT tags FROM visible_rows WHERE {condition}) AS rows, unnest(tags) AS a, unnest(tags) AS b
WHERE cardinality(tags) BETWEEN 2 AND {tags_max} AND a COLLATE "C" < b COLLATE "C"
GROUP BY a, b
