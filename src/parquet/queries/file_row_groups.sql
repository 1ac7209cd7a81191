SELECT any_value(row_group_num_rows)::VARCHAR FROM parquet_metadata({file}) GROUP BY row_group_id ORDER BY row_group_id
