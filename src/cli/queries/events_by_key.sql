SELECT {field}, count(*) FROM events GROUP BY {field}
