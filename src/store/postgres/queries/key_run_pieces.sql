-- The ids as one array: a list of thousands would take longer to plan than to run.
SELECT field, first_day, last_day, keys, events, run FROM key_runs WHERE id IN (SELECT unnest(CAST('{{ids}}' AS bigint[])))
