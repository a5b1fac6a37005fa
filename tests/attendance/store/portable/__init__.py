"""Tests of the form of a register that belongs to no database."""
