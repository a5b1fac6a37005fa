"""The admin's command line: a thin shell over the register."""
