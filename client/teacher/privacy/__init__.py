"""The page on which admins read and print what the law asks of the site."""
