-- Without their bytes. {where} may narrow by a tag.
SELECT id, array_to_string(ingestion_ids, ','), first_day, last_day, bytes FROM {tags} WHERE {where}
