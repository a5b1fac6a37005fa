"""Makes presentation attacks from stills, has the server's own check judge them, and reports error rates."""
