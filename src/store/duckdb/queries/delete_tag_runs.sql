DELETE FROM {tags} WHERE {where}
