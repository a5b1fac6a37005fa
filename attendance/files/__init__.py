"""Files written whole, locked or appended to, and what may stand in the cells of a table."""
