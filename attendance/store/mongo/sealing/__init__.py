"""What sealing needs of a MongoDB register: the state, rewriting of records, and the students' keys."""
