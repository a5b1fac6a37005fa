"""Prepares folders of photos as other FaceNet tools take them."""
