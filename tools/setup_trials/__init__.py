"""Tries how the set-up ends where something goes wrong: `python -m tools.setup_trials`."""
