"""Files written whole, locked or appended to, and what the cells of a table may contain."""
