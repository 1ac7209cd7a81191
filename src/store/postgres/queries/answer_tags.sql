-- The tags of a row are distinct, so an event counts once for each. {tags} is NULL where the row is left out.
WITH keys AS (SELECT unnest({tags}) AS key FROM events WHERE {filter}),
     counts AS (SELECT key, count(*) AS events FROM keys GROUP BY key)
SELECT key, events, (SELECT count(*) FROM counts) FROM counts ORDER BY {order} LIMIT {limit}
