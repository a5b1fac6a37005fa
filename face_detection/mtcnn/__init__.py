"""The MTCNN detector: its networks, their weights, and the geometry between them."""
