DELETE FROM {keys} WHERE {where}
