-- How an attempt ended, and what is known of the dump. Changes nothing where somebody else has ended it meanwhile.
UPDATE ingestions
SET status = $2, error = $3, content_hash = $4, bytes = $5, rows_read = $6, rows_loaded = $7, rows_rejected = $8,
    first_day = $9, last_day = $10, finished_at = $11
WHERE id = $1 AND status = 'loading'
