"""Several server processes on one port: who starts them, what each gets to know, and who watches them."""
