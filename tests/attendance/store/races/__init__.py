"""Several threads or processes on one register, and processes that fork or die."""
