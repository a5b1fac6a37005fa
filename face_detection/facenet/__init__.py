"""FaceNet: obtaining, converting and verifying its weights, and the engine."""
