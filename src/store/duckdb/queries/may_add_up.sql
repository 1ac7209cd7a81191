-- DuckDB has one writer.
SELECT CAST(1 AS BIGINT)
