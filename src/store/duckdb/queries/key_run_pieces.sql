SELECT id, field, first_day, last_day, keys, events, run FROM {keys} WHERE id IN ({ids})
