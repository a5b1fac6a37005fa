"""Addresses and fields that clients of other attendance systems use, on top of the API."""
