"""The admin's commands, a module for each group."""
