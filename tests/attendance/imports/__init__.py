"""Tests of what takes over another system's files."""
