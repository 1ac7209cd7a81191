SELECT hashtextextended(concat_ws(' ', 'weir schema', current_schema()), 0)
