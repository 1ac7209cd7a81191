-- As those of key_runs.
DELETE FROM {tags} WHERE id IN (SELECT id FROM {tags} WHERE {where} ORDER BY id FOR UPDATE SKIP LOCKED)
