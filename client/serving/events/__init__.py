"""Server-sent events: of open boards, and of changes for other software, without a thread for each."""
