"""The register in MongoDB: its connection, schema and change counters, and one module per kind of record."""
