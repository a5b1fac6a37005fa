"""What the check against photos makes of real prints and of people."""
