"""Shared parts of the benchmarks: labelled photos, measured servers, the reference stack."""
