SELECT name, coalesce(num_children, 0)::VARCHAR FROM parquet_schema({file})
