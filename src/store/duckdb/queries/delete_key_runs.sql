DELETE FROM key_runs WHERE {where}
