"""Choosing an engine, finding its model files, and the engine that joins two networks."""
