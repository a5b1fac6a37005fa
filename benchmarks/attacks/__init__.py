"""Bounded attacks on a throwaway server of this computer, and honest check-ins beside them."""
