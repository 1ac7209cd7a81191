-- Rollups: what each dump's events come to, so that answers over years need not read the rows. Runs are never changed, only
-- added and taken out: loaders of different dumps have nothing to wait for.
CREATE TABLE key_runs (
  id            bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ingestion_ids bigint[]         NOT NULL,
  field         text COLLATE "C" NOT NULL,
  first_day     date,
  last_day      date,
  keys          bigint           NOT NULL,
  events        bigint           NOT NULL,
  bytes         bigint           NOT NULL,
  run           bytea            NOT NULL
);
-- Their bytes are dense already: beside the row, and as they are.
ALTER TABLE key_runs ALTER COLUMN run SET STORAGE EXTERNAL;
CREATE INDEX key_runs_of_days ON key_runs (first_day);
COMMENT ON TABLE key_runs IS
  'Rollups: the keys of one field with their numbers of events, of one ingestion and month, or of several and a year';
COMMENT ON COLUMN key_runs.ingestion_ids IS 'Whose events they are; of no use once one of them is not loaded any more';
COMMENT ON COLUMN key_runs.field IS 'Column of events that is counted';
COMMENT ON COLUMN key_runs.first_day IS 'The days of the whole run, of which a row may be a piece; NULL: events without a day';
COMMENT ON COLUMN key_runs.keys IS 'Keys in this piece, NULL among them';
COMMENT ON COLUMN key_runs.events IS 'Sum of its numbers of events';
COMMENT ON COLUMN key_runs.bytes IS 'Length of run';
COMMENT ON COLUMN key_runs.run IS 'The keys, in order, in weir''s own format with a checksum';
