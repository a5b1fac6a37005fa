"""Check-ins that need a person's decision in the SQLite register."""

from __future__ import annotations

from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.marks import need_session
from attendance.store.sqlite.rows import from_row, insertion, to_row
from attendance.values import Review, ReviewDecision

OF_ONE = "SELECT * FROM reviews WHERE id = ?"
ON_SUBJECT = "SELECT * FROM reviews WHERE subject = ?"
JOIN = (
    "UPDATE reviews SET joined = :joined, snapshot = :snapshot, candidates = :candidates, shared = :shared "
    "WHERE id = :id"
)
OPEN_OF_DEVICE = "SELECT count(*) FROM reviews WHERE session_id = ? AND device IS ? AND decision IS NULL"


class SQLiteReviews:
    """Check-ins that need a decision."""

    _connections: Connections

    def hold_review(self, review: Review, *, most: int | None = None) -> Review | None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            need_session(connection, review.session_id)
            known = connection.execute(OF_ONE, (review.id,)).fetchone()
            if known is not None:
                return from_row(Review, known)
            found = connection.execute(ON_SUBJECT, (review.subject,)).fetchone()
            if found is not None:
                joined = from_row(Review, found).joined_by(review)
                connection.execute(JOIN, to_row(joined))
                return joined
            of_device = (review.session_id, review.device)
            if most is not None and connection.execute(OPEN_OF_DEVICE, of_device).fetchone()[0] >= most:
                return None
            row = to_row(review)
            connection.execute(insertion("reviews", row), row)
            return review

    def review(self, review_id: str) -> Review | None:
        """See ``Store``."""
        return self._connections.read_one(Review, OF_ONE, review_id)

    def reviews(self, *, undecided_only: bool = True) -> list[Review]:
        """See ``Store``."""
        return self._reviews("(NOT ? OR decision IS NULL)", undecided_only)

    def reviews_of(self, session_id: str, *, undecided_only: bool = True) -> list[Review]:
        """See ``Store``."""
        return self._reviews("session_id = ? AND (NOT ? OR decision IS NULL)", session_id, undecided_only)

    def decide_review(
        self,
        review_id: str,
        decision: ReviewDecision,
        *,
        decided_for: str | None,
        by: str,
        at: datetime,
    ) -> Review | None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            decided = connection.execute(
                "UPDATE reviews SET decision = ?, decided_for = ?, decided_by = ?, decided_at = ?, "
                "snapshot = NULL, subject = NULL WHERE id = ? AND decision IS NULL",
                (decision.value, decided_for, by, to_milliseconds(at), review_id),
            )
            if decided.rowcount == 0:
                return None
            return from_row(Review, connection.execute(OF_ONE, (review_id,)).fetchone())

    def forget_snapshot(self, review_id: str) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute("UPDATE reviews SET snapshot = NULL WHERE id = ?", (review_id,))

    def _reviews(self, condition: str, *values: object) -> list[Review]:
        query = f"SELECT * FROM reviews WHERE {condition} ORDER BY created_at, id"  # noqa: S608 - ours
        return self._connections.read_all(Review, query, *values)
