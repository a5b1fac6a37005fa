"""Who is in the room: look around, and call out names."""
