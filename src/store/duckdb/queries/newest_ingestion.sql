SELECT max(id) FROM ingestions
