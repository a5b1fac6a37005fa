"""What a report contains, computed from the register."""
