-- Who has a tag: an index that a load writes with the rows, so that the question need not read them again. Ingestions of
-- before it are counted from their rows. Runs are never changed, only added and taken out.
CREATE TABLE tag_runs (
  id            BIGINT   NOT NULL,
  ingestion_ids BIGINT[] NOT NULL,
  first_day     DATE,
  last_day      DATE,
  from_tag      VARCHAR  NOT NULL,
  to_tag        VARCHAR,
  bytes         BIGINT   NOT NULL,
  run           BLOB     NOT NULL
);
COMMENT ON TABLE tag_runs IS
  'Index of tags: on which days each tag came, and which users and companies had it, of the same events as runs of key_runs';
COMMENT ON COLUMN tag_runs.ingestion_ids IS 'As in key_runs';
COMMENT ON COLUMN tag_runs.first_day IS 'As in key_runs';
COMMENT ON COLUMN tag_runs.from_tag IS 'A run is cut into pieces by tag, in bytewise order; this one tells of tags from here';
COMMENT ON COLUMN tag_runs.to_tag IS 'To before here; NULL: of all that follow';
COMMENT ON COLUMN tag_runs.bytes IS 'Length of run';
COMMENT ON COLUMN tag_runs.run IS
  'Users and companies as their places in the key runs of these ingestions and days, in weir''s own format with a checksum';

-- Added up over all months. Tables of their own: DuckDB reads the bytes of a whole table for those of some rows.
CREATE TABLE key_sums AS FROM key_runs LIMIT 0;
CREATE TABLE tag_sums AS FROM tag_runs LIMIT 0;
COMMENT ON TABLE key_sums IS 'Users and companies of many ingestions and all their months, as in key_runs';
COMMENT ON TABLE tag_sums IS 'Index of tags of the same, as in tag_runs; its places are those in key_sums';
