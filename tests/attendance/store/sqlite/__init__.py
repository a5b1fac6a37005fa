"""Tests of the SQLite register only."""
