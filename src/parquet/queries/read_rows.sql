SELECT count(weir_take(file_row_number{columns}))::VARCHAR
FROM read_parquet({file}, file_row_number = true, hive_partitioning = false)
WHERE file_row_number >= {first} AND file_row_number < {end}
