"""The real program is killed again and again while all of it works, and what is there afterwards."""
