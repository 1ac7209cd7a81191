-- Logins of the two roles of grants.sql, for psql, after that file: weir_job, which loads, and weir_guest, which reads. Their
-- passwords come from the environment (WEIR_LOADER_PASSWORD, WEIR_READER_PASSWORD), so that none is on a command line or in
-- a file; to run it again sets them anew.

\set ON_ERROR_STOP on
\getenv loader_password WEIR_LOADER_PASSWORD
\getenv reader_password WEIR_READER_PASSWORD
\if :{?loader_password}
\else
  DO $$ BEGIN RAISE EXCEPTION 'WEIR_LOADER_PASSWORD is not set'; END $$;
\endif
\if :{?reader_password}
\else
  DO $$ BEGIN RAISE EXCEPTION 'WEIR_READER_PASSWORD is not set'; END $$;
\endif

BEGIN;
SELECT format('CREATE ROLE %I LOGIN IN ROLE %I', login, role)
FROM (VALUES ('weir_job', 'weir_loader'), ('weir_guest', 'weir_reader')) AS wanted (login, role)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) \gexec
ALTER ROLE weir_job PASSWORD :'loader_password';
ALTER ROLE weir_guest PASSWORD :'reader_password';
COMMIT;
