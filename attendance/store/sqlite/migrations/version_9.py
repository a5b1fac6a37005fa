"""Schema version 9 of the SQLite register: sealed records, the audit chain, and who gave consent."""

from __future__ import annotations

from attendance.store.sqlite.migrations.version_9_audit import VERSION_9_AUDIT
from attendance.store.sqlite.migrations.version_9_consent import VERSION_9_CONSENT
from attendance.store.sqlite.migrations.version_9_sealed import VERSION_9_SEALED

VERSION_9: tuple[str, ...] = (*VERSION_9_SEALED, *VERSION_9_AUDIT, *VERSION_9_CONSENT)
