-- Two roles for weir's tables in PostgreSQL: weir_reader, which reads, and weir_loader, which loads. For psql, run by the
-- database's owner or a superuser, after `weir db init` made the tables; to run it again changes nothing.
--
--   weir db init --db postgresql://admin@db.example.com/events
--   psql -d postgresql://admin@db.example.com/events -f grants.sql
--   psql … -v schema=weir -f grants.sql              where the tables are in another schema than public
--
-- Then one login for each person and each job, as in
--
--   CREATE ROLE ann LOGIN PASSWORD '…' IN ROLE weir_reader;
--   CREATE ROLE nightly LOGIN PASSWORD '…' IN ROLE weir_loader;
--
-- weir_reader  insights, top, status, rejects, plan, query, doctor. It sees weir's tables and may change none; `weir ingest`
--              and `weir drop` end with exit code 5. It is the role for `weir query` in the hands of others: what a statement
--              may do is then the server's to say. What everybody may do in a database (PUBLIC), it may do too.
-- weir_loader  all of that, ingest, drop, and migrations. It owns the tables: a load of a month's first dump makes and attaches
--              that month's partition, which PostgreSQL leaves to the owner, so a loader without the right to change the
--              schema could not load. A loader may therefore also drop tables: give the role to jobs, not to people.
--
-- What loads and migrations make later belongs to weir_loader, whichever of its members ran them, and weir_reader may read it:
-- the default privileges below say so. Neither role may log in by itself, create roles or databases, or see other schemas.

\set ON_ERROR_STOP on
\if :{?schema}
\else
  \set schema public
\endif

BEGIN;

SELECT set_config('search_path', format('%I, pg_catalog', :'schema'), true) \gset ignored_

DO $$
BEGIN
  IF to_regclass('schema_migrations') IS NULL THEN
    RAISE EXCEPTION 'there are no tables of weir''s in schema %: run `weir db init` first', current_schema();
  END IF;
END
$$;

SELECT format('CREATE ROLE %I NOLOGIN', role) FROM unnest(ARRAY['weir_reader', 'weir_loader']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- An owner who is no superuser must belong to the role that the tables are given to.
SELECT format('GRANT weir_loader TO %I', current_user) WHERE NOT pg_has_role(current_user, 'weir_loader', 'MEMBER') \gexec

SELECT format('GRANT CONNECT ON DATABASE %I TO weir_reader, weir_loader', current_database()) \gexec
GRANT USAGE ON SCHEMA :"schema" TO weir_reader, weir_loader;
GRANT CREATE ON SCHEMA :"schema" TO weir_loader;

-- Weir's tables and views, by name since a schema may hold other things, and the partitions of those.
CREATE TEMPORARY TABLE weir_relations ON COMMIT DROP AS
SELECT relation FROM unnest(ARRAY['schema_migrations', 'ingestions', 'event_rows', 'visible_rows', 'events',
                                  'rejected_rows', 'key_runs', 'tag_runs', 'key_sums', 'tag_sums']) AS name, to_regclass(name) AS relation
WHERE relation IS NOT NULL;
INSERT INTO weir_relations
SELECT child.relid FROM weir_relations, pg_partition_tree(relation) AS child WHERE child.level > 0;

SELECT format('ALTER TABLE %s OWNER TO weir_loader', relation) FROM weir_relations \gexec
SELECT format('GRANT SELECT ON %s TO weir_reader', relation) FROM weir_relations \gexec
ALTER DEFAULT PRIVILEGES FOR ROLE weir_loader IN SCHEMA :"schema" GRANT SELECT ON TABLES TO weir_reader;

COMMIT;
