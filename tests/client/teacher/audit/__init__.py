"""The page on which admins read the audit trail."""
