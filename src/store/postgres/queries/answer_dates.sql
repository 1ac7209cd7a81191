-- Counted by day first: then few values are named, not every row. {key} names `day`, NULL where it is left out.
WITH days AS (SELECT day, count(*) AS events FROM events WHERE {filter} GROUP BY day),
     keys AS (SELECT {key} AS key, events FROM days),
     counts AS (SELECT key, CAST(sum(events) AS bigint) AS events FROM keys WHERE key IS NOT NULL GROUP BY key)
SELECT key, events, (SELECT count(*) FROM counts) FROM counts ORDER BY {order} LIMIT {limit}
