SELECT num_rows::VARCHAR FROM parquet_file_metadata({file})
