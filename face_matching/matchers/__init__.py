"""Other rules than cosine similarity alone: Euclidean distance, and a support vector machine."""
