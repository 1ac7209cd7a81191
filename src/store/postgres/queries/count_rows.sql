-- Every key of a field among the rows.
SELECT {column}, count(*) FROM event_rows WHERE {condition} GROUP BY 1
