"""dlib's face descriptor: reading its weights, building its network, and the engine."""
