"""Tests that every database must pass."""
