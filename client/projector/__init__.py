"""The projector page, the poster and their QR codes."""
