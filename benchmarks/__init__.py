"""Commands that reproduce all figures on speed and accuracy: ``python -m benchmarks.NAME --help``."""
