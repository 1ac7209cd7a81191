SELECT 'judged' FROM parquet_kv_metadata({file}), parquet_file_metadata({file}) f
WHERE key = 'weir' AND value = {note} AND f.created_by LIKE 'DuckDB %'
