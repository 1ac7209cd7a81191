-- Every key of a field among the rows, by unit of time, in the order of units; first of all the rows without a day.
SELECT {unit}, {column}, count(*)
FROM events
WHERE {condition}
GROUP BY 1, 2
ORDER BY 1 NULLS FIRST
