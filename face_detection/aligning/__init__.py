"""Face crops for other FaceNet tools."""
