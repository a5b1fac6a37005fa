"""Cosine similarity, Euclidean distance and a support vector machine, and how many photos to enrol."""
