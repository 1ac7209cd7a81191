-- Times are TIMESTAMP in UTC, not TIMESTAMPTZ: what DuckDB does with zones needs its ICU extension, which a system DuckDB may
-- lack, and whoever opens the file would see the values shifted into a zone of their own.
-- No primary key and no index: a dump may repeat an id, and rows are only ever taken out by ingestion.

CREATE TABLE schema_migrations (
  version    INTEGER   NOT NULL,
  name       VARCHAR   NOT NULL,
  checksum   VARCHAR   NOT NULL,
  applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE schema_migrations IS 'The changes of schema that weir has applied to this database';
COMMENT ON COLUMN schema_migrations.checksum IS 'Hash of the migration as it was applied';
COMMENT ON COLUMN schema_migrations.applied_at IS 'UTC';

CREATE TABLE ingestions (
  id            BIGINT    NOT NULL,
  source        VARCHAR   NOT NULL,
  period        VARCHAR   NOT NULL,
  uri           VARCHAR   NOT NULL,
  etag          VARCHAR,
  content_hash  VARCHAR,
  bytes         BIGINT,
  columns       VARCHAR[] NOT NULL,
  rows_read     BIGINT,
  rows_loaded   BIGINT,
  rows_rejected BIGINT,
  first_day     DATE,
  last_day      DATE,
  status        VARCHAR   NOT NULL,
  error         VARCHAR,
  started_at    TIMESTAMP NOT NULL,
  finished_at   TIMESTAMP,
  weir_version  VARCHAR   NOT NULL,
  psl_version   VARCHAR   NOT NULL
);
COMMENT ON TABLE ingestions IS 'The ledger: one row an attempt to load one dump; rows are never deleted';
COMMENT ON COLUMN ingestions.source IS 'Name of where the dumps come from; source and period are the slot';
COMMENT ON COLUMN ingestions.period IS 'Month (2021-04) or day (2021-04-24) whose dump it is';
COMMENT ON COLUMN ingestions.uri IS 'Where the dump was read from';
COMMENT ON COLUMN ingestions.etag IS 'Version of the dump as its transport tells it; NULL where it cannot';
COMMENT ON COLUMN ingestions.content_hash IS 'Hash of the dump as stored; NULL until it was read to its end';
COMMENT ON COLUMN ingestions.bytes IS 'Size of the dump as stored, before decompression';
COMMENT ON COLUMN ingestions.columns IS 'The header of the dump as it stands';
COMMENT ON COLUMN ingestions.rows_read IS 'Always rows_loaded + rows_rejected';
COMMENT ON COLUMN ingestions.first_day IS 'Earliest UTC day of a loaded row';
COMMENT ON COLUMN ingestions.last_day IS 'Latest UTC day of a loaded row';
COMMENT ON COLUMN ingestions.status IS
  'loading, loaded, superseded (a newer version took its place), dropped or failed; loading that no process works on is a failure';
COMMENT ON COLUMN ingestions.error IS 'Why it failed';
COMMENT ON COLUMN ingestions.started_at IS 'UTC';
COMMENT ON COLUMN ingestions.finished_at IS 'UTC; NULL while loading';
COMMENT ON COLUMN ingestions.psl_version IS 'Version of the Public Suffix List that companies were told by';

CREATE TABLE events (
  id           VARCHAR,
  timestamp    TIMESTAMP,
  day          DATE,
  email        VARCHAR,
  company      VARCHAR,
  country      VARCHAR,
  ip           VARCHAR,
  uri          VARCHAR,
  action       VARCHAR,
  tags         VARCHAR[],
  ingestion_id BIGINT    NOT NULL,
  ingested_at  TIMESTAMP NOT NULL
);
COMMENT ON TABLE events IS 'One row of a dump; only rows of loaded ingestions are ever here';
COMMENT ON COLUMN events.id IS 'As in the dump; may repeat';
COMMENT ON COLUMN events.timestamp IS 'UTC, to the microsecond';
COMMENT ON COLUMN events.day IS 'UTC day of timestamp';
COMMENT ON COLUMN events.email IS 'The user';
COMMENT ON COLUMN events.company IS 'Registrable domain of email without its public suffix, or Unknown company';
COMMENT ON COLUMN events.tags IS 'Distinct tags; NULL when there is none';
COMMENT ON COLUMN events.ingestion_id IS 'The ingestion that loaded the row';
COMMENT ON COLUMN events.ingested_at IS 'UTC; when the ingestion began';

CREATE TABLE rejected_rows (
  ingestion_id BIGINT  NOT NULL,
  line         BIGINT  NOT NULL,
  reason       VARCHAR NOT NULL,
  raw          VARCHAR NOT NULL
);
COMMENT ON TABLE rejected_rows IS
  'Rows that could not be read as events, of loaded ingestions; of a failed one the first thousand';
COMMENT ON COLUMN rejected_rows.line IS 'Physical line of the dump where the record began, from 1';
COMMENT ON COLUMN rejected_rows.raw IS 'The record, at most 8 KiB of it, bytes that are not UTF-8 as \xHH';
