"""The teachers' and admins' pages, a folder for each area; modules here are shared by several."""
