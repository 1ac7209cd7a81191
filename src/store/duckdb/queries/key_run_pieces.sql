SELECT field, first_day, last_day, keys, events, run FROM key_runs WHERE id IN ({ids})
