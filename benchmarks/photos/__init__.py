"""What photos cost and lose: turned ones, and small ones."""
