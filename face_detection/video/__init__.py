"""Video: addresses, capturing frames, tracking faces, and drawing on frames."""
