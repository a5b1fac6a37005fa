"""Photo to faces to embeddings: decoding, detectors, quality, alignment and engines."""
