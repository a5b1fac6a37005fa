"""Compares a single observation of a face with several observations of a track."""
