"""What has changed since a cursor, with the current state of each thing, for software that keeps a copy."""
