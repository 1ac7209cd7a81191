COPY (SELECT {columns} FROM taken WHERE d BETWEEN {first} AND {last} ORDER BY t, n) TO {file}
(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {weir: {note}})
