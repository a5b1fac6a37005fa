"""How long the server itself takes, without what it serves."""
