"""Tests of receipts and certificates."""
