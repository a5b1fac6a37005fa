"""A class at the door: load on the real program, as phones, boards and projectors make it."""
