"""Starting the program: options, models, addresses, and what the terminal shows."""
