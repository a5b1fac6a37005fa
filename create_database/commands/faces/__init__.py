"""Commands that work on faces without marking anybody."""
