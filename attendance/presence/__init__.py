"""Who is really in the room: seen in photos of it, called out by name, or only checked in."""
