"""The settings of a site: reading, checking and documenting them, and the signing secret."""
