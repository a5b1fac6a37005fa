"""What several benchmarks use: labelled photos, servers to measure, the reference stack."""
