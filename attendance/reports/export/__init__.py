"""Reports as CSV and for Moodle, and the folder that reports are written to."""
