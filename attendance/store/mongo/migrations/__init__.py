"""Each schema version of the MongoDB register: the function that leads to it from the one before."""
