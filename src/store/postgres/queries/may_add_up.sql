-- 1: until this transaction ends nobody else adds up; what was added up before is seen by the statements that follow.
SELECT CAST(CAST(pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'weir sums', current_schema()), 0)) AS integer) AS bigint)
