"""Signed proofs that leave the machine: receipts of students, certificates of erasures."""
