"""The admin's commands, one module per group."""
