"""Sealing of what is personal: keys, sealed records, and turned templates."""
