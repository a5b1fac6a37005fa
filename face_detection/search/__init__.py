"""Finds the faces of photos that lie on their side or upside down, and looks twice at doubtful ones."""
