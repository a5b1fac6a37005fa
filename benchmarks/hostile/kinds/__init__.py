"""The kinds of hostile inputs: how each is made, and how it is sent."""
