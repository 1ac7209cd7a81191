-- A loaded ingestion, no longer so. Changes nothing where it is not loaded.
UPDATE ingestions SET status = $2 WHERE id = $1 AND status = 'loaded'
