-- Merged runs may go at the hands of two writers at once: whoever comes second has nothing to wait for.
DELETE FROM {keys} WHERE id IN (SELECT id FROM {keys} WHERE {where} ORDER BY id FOR UPDATE SKIP LOCKED)
