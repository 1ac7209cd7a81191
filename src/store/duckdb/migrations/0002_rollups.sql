-- Rollups: what each dump's events come to, so that answers over years need not read the rows. Runs are never changed, only
-- added and taken out.
CREATE TABLE key_runs (
  id            BIGINT   NOT NULL,
  ingestion_ids BIGINT[] NOT NULL,
  field         VARCHAR  NOT NULL,
  first_day     DATE,
  last_day      DATE,
  keys          BIGINT   NOT NULL,
  events        BIGINT   NOT NULL,
  bytes         BIGINT   NOT NULL,
  run           BLOB     NOT NULL
);
COMMENT ON TABLE key_runs IS
  'Rollups: the keys of one field with their numbers of events, of one ingestion and month, or of several and a year';
COMMENT ON COLUMN key_runs.ingestion_ids IS 'Whose events they are; of no use once one of them is not loaded any more';
COMMENT ON COLUMN key_runs.field IS 'Column of events that is counted';
COMMENT ON COLUMN key_runs.first_day IS 'The days of the whole run, of which a row may be a piece; NULL: events without a day';
COMMENT ON COLUMN key_runs.keys IS 'Keys in this piece, NULL among them';
COMMENT ON COLUMN key_runs.events IS 'Sum of its numbers of events';
COMMENT ON COLUMN key_runs.bytes IS 'Length of run';
COMMENT ON COLUMN key_runs.run IS 'The keys, in order, in weir''s own format with a checksum';
