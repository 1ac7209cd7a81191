-- Merged runs may go at the hands of two writers at once: whoever comes second has nothing to wait for.
DELETE FROM key_runs WHERE id IN (SELECT id FROM key_runs WHERE {where} ORDER BY id FOR UPDATE SKIP LOCKED)
