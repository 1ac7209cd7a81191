-- What the whole answer stands on.
SELECT count(*), min(day), max(day) FROM events WHERE {filter}
