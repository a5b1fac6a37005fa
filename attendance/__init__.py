"""The register: who came to which session, how that is decided, and where it is kept."""
