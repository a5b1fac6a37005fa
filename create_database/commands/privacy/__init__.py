"""Commands that answer questions of the law: what is stored about a person, and for how long."""
