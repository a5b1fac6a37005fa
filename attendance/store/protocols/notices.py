"""What every database of the register can do with notices (see ``protocol``)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attendance.values import Notice


class NoticeStore(Protocol):
    """The part of a ``Store`` that keeps who was told what, so that nobody is told twice."""

    def claim_notice(self, notice: Notice) -> bool:
        """False, and nothing written, where the key is taken.

        Of any number of processes that claim one notice, one is told True; it alone sends it.

        Raises:
            StudentNotFoundError: the student is not in the register, perhaps not any more.
        """
        ...

    def replace_notice(self, notice: Notice) -> bool:
        """Write only if the stored version is ``notice.version - 1``; else False.

        False too where the student was erased meanwhile, and the notice with them.
        """
        ...

    def notice(self, key: str) -> Notice | None: ...

    def notices(self, since: datetime | None = None) -> list[Notice]:
        """All, or those made at ``since`` and later, by the time they were made, then by key."""
        ...

    def notices_of(self, student_id: str) -> list[Notice]:
        """About one student, by the time they were made, then by key."""
        ...
