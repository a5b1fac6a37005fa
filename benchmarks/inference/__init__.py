"""What networks cost when several photos are read at the same time."""
