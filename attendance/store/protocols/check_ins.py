"""The part of the `Store` protocol about check-ins: grants, the answers to photos, and what these leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from attendance.store.whole_check_ins import CheckInRecord, CheckInState, CheckInWritten
from attendance.values import GrantAnswer


class CheckInStore(Protocol):
    """Grants, each valid for one photo; answers, one for each photo; a whole check-in at once."""

    def spend_grant(self, grant_id: str, digest: str, expires_at: datetime) -> str:
        """Bind a grant to one photo for good; returns the digest it is bound to, perhaps an earlier one."""
        ...

    def spent_on(self, grant_id: str) -> str | None:
        """The digest that a grant is bound to, or None if it is unused."""
        ...

    def keep_answer(self, answer: GrantAnswer) -> GrantAnswer:
        """Store the first answer to (grant, digest); returns the stored one."""
        ...

    def answer(self, grant_id: str, digest: str, now: datetime) -> GrantAnswer | None:
        """The stored answer, unless the grant has expired at ``now``."""
        ...

    def purge_grants(self, now: datetime) -> int:
        """Delete expired grants and answers; returns the number of deleted records."""
        ...

    def check_in_state(
        self, session_id: str, grant_ids: Collection[str], digest: str, now: datetime
    ) -> CheckInState:
        """All that decides whether a photo has to be read.

        SQLite reads it at one moment. MongoDB reads first what is written last, so that an answer that it
        finds is never without what was written before it.

        Args:
            session_id: what the grant was given for.
            grant_ids: the grant, then others whose spending counts.
            digest: of the photo.
            now: aware UTC; answers that have expired by then are none.
        """
        ...

    def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
        """Spend a grant, write a mark and a trace, and keep the answer.

        SQLite does it in one transaction. In MongoDB these are several commands in this order, so that a
        process that dies leaves a grant that is bound to the photo, perhaps with its mark, and never an
        answer without its mark; the same attempt then completes it. Calling it again with the same attempt
        writes nothing more.

        Where a trace would take commands of its own, as in MongoDB, it is left to ``add_trace``.

        A mark is written as ``insert_mark`` and ``replace_mark`` do. If it was changed meanwhile, no more
        than the grant is written, and ``CheckInWritten.answer`` is None: read the mark again, decide again.
        Likewise where MongoDB has written the mark and can't keep the answer.

        Raises:
            SessionNotFoundError: there is no such session; no more than the grant was written.
            StudentNotFoundError: the student whom the mark or the answer names is not in the register, or no
                longer; likewise.
        """
        ...

    def students_of_device(self, device: str, latest: int) -> list[str]:
        """The students whom a device's latest traces name, and whose marks in those sessions count as there.

        Args:
            device: whose traces.
            latest: how many of them are looked at.

        Returns:
            Their ids, each once, that of the latest trace first.
        """
        ...
