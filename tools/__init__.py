"""What `./run` and `./test` share before anything is installed: the standard library alone."""
