"""Addresses and fields that clients of other attendance systems know; thin, over the same code as the API."""
