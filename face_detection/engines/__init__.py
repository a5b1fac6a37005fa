"""Choosing an engine, preparing its model files, and the engine that combines two networks."""
