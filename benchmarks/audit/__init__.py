"""What the audit trail costs, and whether it shows each change."""
