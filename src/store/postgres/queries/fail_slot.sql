-- Run by whoever holds the slot's lock: an earlier load of the slot that is still loading has lost that lock, and must not
-- commit any more.
UPDATE ingestions SET status = 'failed', error = 'interrupted', finished_at = $1
WHERE status = 'loading' AND source = $2 AND period = $3
