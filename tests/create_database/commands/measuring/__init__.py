"""Tests of `create_database/commands/measuring/`."""
