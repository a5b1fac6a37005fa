"""What sealing needs of an SQLite register: the state, rewriting of records, and the students' keys."""
