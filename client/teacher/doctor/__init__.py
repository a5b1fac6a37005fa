"""The page on which admins see what the doctor finds."""
