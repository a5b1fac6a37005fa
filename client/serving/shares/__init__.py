"""Who gets how much of the server: places in the app, and memory for bodies."""
