"""Takes over what another attendance system has kept: lists of students, and embeddings."""
