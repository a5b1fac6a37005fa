"""The audit trail in the SQLite register: what notes changes, the chain, and reading it."""
