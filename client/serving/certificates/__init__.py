"""The certificate that is served, and when it ends."""
