"""Shared code of `./run` and `./test`, which uses only the standard library."""
