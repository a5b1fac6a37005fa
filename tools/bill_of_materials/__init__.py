"""The software bill of materials of a release: every package and every neural network, as CycloneDX JSON."""
