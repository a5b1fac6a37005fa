"""Tests of the MongoDB register only."""
