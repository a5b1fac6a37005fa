"""Tracked faces: several frames that agree on who somebody is."""
