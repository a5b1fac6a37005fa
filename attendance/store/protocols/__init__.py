"""The parts of the `Store` protocol that are about one kind of record each."""
