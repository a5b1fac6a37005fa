"""How phones enter a session: by the rotating QR code, the typed code, or a fixed one."""
