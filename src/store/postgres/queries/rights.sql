-- Who we are, and what we may do with weir's tables, which may not be there yet.
SELECT CAST(current_user AS text), CAST(session_user AS text), rolsuper, pg_is_in_recovery(),
       current_setting('default_transaction_read_only') = 'on', CAST(current_schema() AS text),
       to_regclass('events') IS NOT NULL, has_table_privilege(to_regclass('events'), 'SELECT'),
       (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('event_rows')),
       has_schema_privilege(current_schema(), 'CREATE')
FROM pg_roles WHERE rolname = current_user
