"""Scores relative to the people whom a face and a student resemble most: the same in every class."""
