"""What an entry of the audit trail is: its fields, its digest, who acts, and what of a change it records."""
