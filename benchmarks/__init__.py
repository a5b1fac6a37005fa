"""What is claimed about speed and accuracy, as commands: ``python -m benchmarks.NAME --help``."""
