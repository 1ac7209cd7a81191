-- A question about a text column. {key} is NULL where the row is left out of the question.
WITH keys AS (SELECT {key} AS key FROM events WHERE {filter}),
     counts AS (SELECT key, count(*) AS events FROM keys WHERE key IS NOT NULL GROUP BY key)
SELECT key, events, (SELECT count(*) FROM counts) FROM counts ORDER BY {order} LIMIT {limit}
