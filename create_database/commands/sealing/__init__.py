"""The commands about the key that seals the register."""
