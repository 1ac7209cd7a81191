-- Who holds an advisory lock: server process, the name the session gave itself, and since when where we may know.
SELECT activity.pid, activity.application_name, to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI:SS')
FROM pg_locks AS lock JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
  AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (lock.classid::bigint << 32 | lock.objid::bigint) = $1
LIMIT 1
