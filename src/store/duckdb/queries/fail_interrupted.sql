-- Run under the writers' lock: whatever is still loading has lost its process.
UPDATE ingestions SET status = 'failed', error = 'interrupted', finished_at = $1 WHERE status = 'loading'
