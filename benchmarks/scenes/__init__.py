"""Composed classroom pictures with ground truth, and the results of recognition on them."""
