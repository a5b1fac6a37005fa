"""What can go wrong with a request: codes, HTTP statuses and sentences."""
