-- A month's partition, made empty and then attached: unlike PARTITION OF, ATTACH lets readers of the other months go on. In a
-- transaction of its own, so that its locks are gone before any row is loaded. It belongs to the role that owns the others,
-- so that everybody who may load may load into it.
DO $$
DECLARE
  owner name := (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('event_rows'));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'weir partitions', current_schema()), 0));
  -- Not to_regclass(), which may remember from before the wait for the lock that there is none.
  IF NOT EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                 WHERE relname = '{partition}' AND nspname = ANY (current_schemas(false))) THEN
    IF owner <> current_user THEN
      EXECUTE format('SET LOCAL ROLE %I', owner);
    END IF;
    CREATE TABLE {partition} (LIKE event_rows INCLUDING COMMENTS);
    ALTER TABLE {partition} ALTER COLUMN period_month SET DEFAULT '{month}';
    COMMENT ON TABLE {partition} IS 'Rows of events whose dump''s period is in the month of {month}';
    ALTER TABLE event_rows ATTACH PARTITION {partition} FOR VALUES IN ('{month}');
  END IF;
END
$$
