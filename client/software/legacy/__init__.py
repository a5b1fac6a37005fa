"""Addresses and fields known from other attendance systems; see docs/known-names.md."""
