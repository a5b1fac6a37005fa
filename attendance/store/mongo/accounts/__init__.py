"""Users, their logins and API tokens in the MongoDB register."""
