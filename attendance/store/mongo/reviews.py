"""Check-ins that need a person's decision in the MongoDB register."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING

from attendance.clock import to_milliseconds
from attendance.store.mongo.changes import session_change
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, insert_once, to_document
from attendance.store.records import Record
from attendance.values import Review, ReviewDecision


class MongoReviews:
    """Check-ins that need a decision; ``best`` repeats the best candidate, to find a student's reviews."""

    _connection: MongoConnection

    def hold_review(self, review: Review) -> bool:
        """See ``Store``."""
        best = review.candidates[0].student_id if review.candidates else None
        with self._connection.register() as register, session_change(register, review.session_id):
            return insert_once(register["reviews"], to_document(review) | {"best": best})

    def review(self, review_id: str) -> Review | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["reviews"].find_one({"_id": review_id})
        return None if document is None else from_document(Review, document)

    def reviews(self, *, undecided_only: bool = True) -> list[Review]:
        """See ``Store``."""
        return self._reviews({}, undecided_only=undecided_only)

    def reviews_of(self, session_id: str, *, undecided_only: bool = True) -> list[Review]:
        """See ``Store``."""
        return self._reviews({"session_id": session_id}, undecided_only=undecided_only)

    def _reviews(self, wanted: Record, *, undecided_only: bool) -> list[Review]:
        if undecided_only:
            wanted = wanted | {"decision": None}
        order = [("created_at", ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["reviews"].find(wanted).sort(order))
        return [from_document(Review, document) for document in found]

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
        decided = {
            "decision": decision.value,
            "decided_for": decided_for,
            "decided_by": by,
            "decided_at": to_milliseconds(at),
            "snapshot": None,
        }
        return self.review(review_id) if self._change({"_id": review_id, "decision": None}, decided) else None

    def forget_snapshot(self, review_id: str) -> None:
        """See ``Store``."""
        self._change({"_id": review_id}, {"snapshot": None})

    def _change(self, which: Record, fields: Record) -> bool:
        """Change fields of a review; returns whether there was one to change."""
        with self._connection.register() as register:
            found = register["reviews"].find_one(which, ("session_id",))
            if found is None:
                return False
            with session_change(register, found["session_id"]):
                return register["reviews"].update_one(which, {"$set": fields}).matched_count == 1
