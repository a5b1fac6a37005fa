"""Compares variants of the engines: metric, mirror image, weight, crop, edges and resolution."""
