"""The page on which receipts and certificates are verified."""
