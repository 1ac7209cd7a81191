-- Without their bytes. {where} may narrow by the tag $1.
SELECT id, array_to_string(ingestion_ids, ','), first_day, last_day, bytes FROM {tags} WHERE {where}
