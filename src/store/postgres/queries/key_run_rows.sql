-- Without their bytes. {where} narrows by field and day.
SELECT id, array_to_string(ingestion_ids, ','), field, first_day, last_day, keys, bytes FROM {keys} WHERE {where}
