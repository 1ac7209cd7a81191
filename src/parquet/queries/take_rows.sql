CREATE TABLE taken AS FROM weir_rows()
