"""The audit trail: who changed what, in a chain that shows where it was tampered with; receipts."""
