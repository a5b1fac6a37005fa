"""Imports from other attendance systems: lists of students, and embeddings."""
