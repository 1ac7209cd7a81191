-- Of the names in $1, those of functions that could do what a read-only transaction does not stop: they may have effects
-- (volatile), and are not written in a language that the server confines (SQL, PL/pgSQL). The names that follow have none
-- outside their own session.
SELECT DISTINCT CAST(proname AS text) COLLATE "C"
FROM pg_proc JOIN pg_language AS language ON language.oid = prolang
WHERE proname = ANY ($1) AND provolatile = 'v' AND NOT lanpltrusted
  AND proname <> ALL ('{random,setseed,clock_timestamp,timeofday,gen_random_uuid,uuid_generate_v1,uuid_generate_v4,
    gen_random_bytes,pg_sleep,pg_sleep_for,pg_sleep_until,pg_relation_size,pg_table_size,pg_indexes_size,pg_total_relation_size,
    pg_database_size,pg_tablespace_size,pg_is_in_recovery,pg_current_wal_lsn,pg_last_wal_receive_lsn,pg_last_wal_replay_lsn,
    pg_blocking_pids,pg_lock_status,currval,lastval,pg_stat_get_activity}')
ORDER BY 1
