"""Embeddings to identity: similarity, the gallery, the decision and its thresholds, evaluation."""
