-- Every key of a field in the rows of some ingestions.
SELECT {key}, count(*) FROM events WHERE ingestion_id IN ({ids}) AND {filter} GROUP BY 1
