"""Bursts of frames: whether they show one person, and whether they identify better than one photo."""
