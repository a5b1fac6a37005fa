"""What the server and the commands print: to a terminal, into a log, or for another program."""
