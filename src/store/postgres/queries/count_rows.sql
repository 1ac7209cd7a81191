-- Every key of a field among the rows.
SELECT {column}, count(*) FROM visible_rows WHERE {condition} GROUP BY 1
