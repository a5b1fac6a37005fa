"""Moving a whole site: one file that either database can be filled from."""
