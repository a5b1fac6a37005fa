"""The part of the `Store` protocol about notices."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attendance.values import Notice


class NoticeStore(Protocol):
    """Notices, stored so that nobody receives one twice."""

    def claim_notice(self, notice: Notice) -> bool:
        """Store a notice unless its key is taken; returns whether it was stored.

        However many processes claim a notice, one gets True, and only that one sends it.

        Raises:
            StudentNotFoundError: the student is not in the register, or was removed meanwhile.
        """
        ...

    def replace_notice(self, notice: Notice) -> bool:
        """Write a notice if the stored version is ``notice.version - 1``; returns whether it was written.

        It isn't if the student was erased meanwhile, and the notice with them.
        """
        ...

    def forget_notice(self, notice: Notice) -> bool:
        """Delete a notice if the stored version is this one, so that it is as if it had never been claimed.

        Returns whether it was deleted.
        """
        ...

    def notice(self, key: str) -> Notice | None: ...

    def notices(self, since: datetime | None = None) -> list[Notice]:
        """All notices, or those created from ``since`` on, ordered by creation time, then by key."""
        ...

    def notices_of(self, student_id: str) -> list[Notice]:
        """The notices about one student, ordered by creation time, then by key."""
        ...
