-- Every key of a field among the rows.
SELECT {column}, count(*) FROM events WHERE {condition} GROUP BY 1
