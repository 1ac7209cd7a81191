SELECT hashtextextended(concat_ws(' ', 'weir', current_schema(), $1, $2), 0)
