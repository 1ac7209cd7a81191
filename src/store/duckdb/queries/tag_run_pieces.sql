SELECT id, first_day, last_day, from_tag, to_tag, run FROM {tags} WHERE id IN ({ids})
