-- The ids as one array: a list of thousands would take longer to plan than to run.
SELECT id, first_day, last_day, from_tag, to_tag, run FROM {tags} WHERE id IN (SELECT unnest(CAST('{{ids}}' AS bigint[])))
