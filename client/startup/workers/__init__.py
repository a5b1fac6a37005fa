"""Several server processes on one port: their supervisor, their orders, and what each of them does."""
