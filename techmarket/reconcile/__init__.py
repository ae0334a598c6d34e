"""Source and warehouse compared by hashes of key ranges that the databases compute, down to the rows that differ."""
