"""The program's start: options, models, addresses, and the terminal's output."""
