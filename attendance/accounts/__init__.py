"""Admins, teachers and other software: accounts, passwords, logins, one-time links and API tokens."""
