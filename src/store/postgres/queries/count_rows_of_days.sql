-- Counted by day first: then few values are named, not every row.
SELECT to_char(day, 'YYYY-MM-DD'), events
FROM (SELECT day, count(*) AS events FROM visible_rows WHERE {condition} GROUP BY day) AS days
