"""The accounts of people and of other software."""
