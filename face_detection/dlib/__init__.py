"""dlib's face descriptor: its weights, its network, and the engine."""
