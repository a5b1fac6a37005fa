"""Commands that keep a site from losing anything: backups, exports, and doctor."""
