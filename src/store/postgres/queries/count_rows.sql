-- Every key of a field in the rows of some ingestions. Their months tell the partitions.
SELECT {key}, count(*) FROM event_rows WHERE ingestion_id IN ({ids}) AND period_month IN ({months}) AND {filter} GROUP BY 1
