"""The daily attendance lists: plain CSV files that survive the database."""
