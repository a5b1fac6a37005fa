"""Schema version 9 of the MongoDB register: sealed records, the audit chain, and who gave consent.

Sealing needs nothing here: what is there is sealed when the register is opened with its key, as no key is
known here. Documents take sealed fields as they are; an older program can't read them, and stops at the
version.
"""

from __future__ import annotations

from collections.abc import Callable

from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.version_9_audit import version_9_audit
from attendance.store.mongo.migrations.version_9_consent import version_9_consent

PARTS: tuple[Callable[[Register], None], ...] = (version_9_audit, version_9_consent)


def version_9(register: Register) -> None:
    """Sealed records, the audit chain and who gave consent; may run twice."""
    for part in PARTS:
        part(register)
