-- How the statement of a person runs and how its values are written. The first query takes the snapshot, after which the
-- server lets nobody make the transaction one that writes.
SET LOCAL statement_timeout = {timeout_ms};
SET LOCAL standard_conforming_strings = on;
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SELECT 1
