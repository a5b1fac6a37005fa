"""The live board of a session, and correcting its marks."""
