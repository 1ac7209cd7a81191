-- Until the transaction ends, be the role that owns weir's tables: what a migration makes then belongs to everybody who may
-- load, whoever migrates. Nothing to do before the first migration.
DO $$
DECLARE
  owner name := (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('schema_migrations'));
BEGIN
  IF owner <> current_user THEN
    EXECUTE format('SET LOCAL ROLE %I', owner);
  END IF;
END
$$
