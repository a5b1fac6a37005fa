"""Decodes photo files in child processes, after a look at their structure and within a budget."""
