"""Accounts, logging in, and choosing a password."""
