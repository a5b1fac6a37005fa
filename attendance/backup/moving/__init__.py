"""Moves a whole site between the databases, in one encrypted file."""
