"""The audit trail in the MongoDB register: what notes changes, the chain, and reading it."""
