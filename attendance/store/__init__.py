"""The register's database: one protocol, a SQLite and a MongoDB implementation, and what both share."""
