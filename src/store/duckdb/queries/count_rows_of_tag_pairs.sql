-- Each pair once, the bytewise lower tag first; the tags of a row are distinct.
SELECT a, b, count(*)
FROM (SELECT a, unnest(tags) AS b
      FROM (SELECT unnest(tags) AS a, tags FROM events WHERE len(tags) BETWEEN 2 AND {tags_max} AND {condition}) AS firsts)
     AS pairs
WHERE a < b
GROUP BY a, b
