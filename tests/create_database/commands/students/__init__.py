"""Commands that answer questions of the law."""
