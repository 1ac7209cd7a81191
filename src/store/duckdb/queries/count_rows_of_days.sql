-- Counted by day first: then few values are named, not every row.
SELECT strftime(day, '%Y-%m-%d'), events
FROM (SELECT day, count(*) AS events FROM events WHERE {condition} GROUP BY day) AS days
