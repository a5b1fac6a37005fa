"""The register in one SQLite file: its tables, connections and errors, and one module per kind of record."""
