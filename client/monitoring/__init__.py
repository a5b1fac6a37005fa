"""What monitoring asks: whether the server works, whether it is ready, and its metrics."""
