"""What sealing and turning cost."""
