-- The ids as one array: a list of thousands would take longer to plan than to run.
SELECT id, field, first_day, last_day, keys, events, run FROM {keys} WHERE id IN (SELECT unnest(CAST('{{ids}}' AS bigint[])))
