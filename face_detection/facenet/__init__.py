"""FaceNet: getting its weights, converting and testing them, and the engine."""
