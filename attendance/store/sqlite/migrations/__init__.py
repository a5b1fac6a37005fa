"""Each schema version of the SQLite register: the statements that lead to it from the one before."""
