"""The audit trail: its encoding, its verification, and what it says of the register's marks."""
