"""Users, logins and API tokens in the SQLite register."""
