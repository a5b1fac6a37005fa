"""How long each page and each list of the API takes at a large school."""
