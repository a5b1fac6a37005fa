"""Backups of the whole register: encrypted, verified, rotated, and restored."""
