"""Photos that are read at the same time share the runs of a network."""
