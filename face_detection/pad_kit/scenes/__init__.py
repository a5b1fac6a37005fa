"""What stands before the camera, and what the camera makes of it; shares nothing with the detectors."""
