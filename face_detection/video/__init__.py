"""Video: where it comes from, capturing frames, following faces, and drawing on frames."""
