"""The command line of the person who keeps the register."""
