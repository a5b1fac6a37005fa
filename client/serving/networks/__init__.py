"""The networks of this computer: which devices are local, and its own public addresses."""
