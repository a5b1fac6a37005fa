"""What is stored about people, for how long, and handing it to the person whom it is about."""
