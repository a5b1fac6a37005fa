"""What the embeddings of an engine have in common, by which others are recognised."""
