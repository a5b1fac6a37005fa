"""Check-ins that need a person's decision in the MongoDB register."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pymongo import ASCENDING
from pymongo.collection import Collection

from attendance.clock import to_milliseconds
from attendance.store.mongo.changes.counters import session_change
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, insert_once, to_document
from attendance.store.records import Record
from attendance.values import Review, ReviewDecision


class MongoReviews:
    """Check-ins that need a decision.

    ``best`` repeats the best candidate, to find a student's reviews; ``slot`` is one of the places for open
    reviews that a device has in a session, and unique.
    """

    _connection: MongoConnection

    def hold_review(self, review: Review, *, most: int | None = None) -> Review | None:
        """See ``Store``.

        Each round reads who has the id, the subject and the device's places, and writes on that condition.
        """
        best = review.candidates[0].student_id if review.candidates else None
        document = _document(review) | {"best": best}
        with self._connection.register() as register, session_change(register, review.session_id):
            reviews = register["reviews"]
            while True:
                known = reviews.find_one({"_id": review.id})
                if known is not None:
                    return _review(known)
                found = reviews.find_one({"subject": review.subject}) if review.subject else None
                if found is not None:
                    joined = _join(reviews, found, review)
                    if joined is not None:
                        return joined
                    continue
                slot = None if most is None else _free_slot(reviews, review, most)
                if most is not None and slot is None:
                    return None
                if insert_once(reviews, document if slot is None else document | {"slot": slot}):
                    return review

    def review(self, review_id: str) -> Review | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["reviews"].find_one({"_id": review_id})
        return None if document is None else _review(document)

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
        return [_review(document) for document in found]

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
        change: Record = {"$set": decided, "$unset": {"subject": "", "slot": ""}}
        return self.review(review_id) if self._change({"_id": review_id, "decision": None}, change) else None

    def forget_snapshot(self, review_id: str) -> None:
        """See ``Store``."""
        self._change({"_id": review_id}, {"$set": {"snapshot": None}})

    def _change(self, which: Record, change: Record) -> bool:
        """Change a review; returns whether there was one to change."""
        with self._connection.register() as register:
            found = register["reviews"].find_one(which, ("session_id",))
            if found is None:
                return False
            with session_change(register, found["session_id"]):
                return register["reviews"].update_one(which, change).matched_count == 1


def _document(review: Review) -> Record:
    """The document of a review; without a subject it has no such field, which is unique."""
    document = to_document(review)
    return {name: value for name, value in document.items() if name != "subject" or value is not None}


def _review(document: Record) -> Review:
    return from_document(Review, {"subject": None, **document})


def _join(reviews: Collection[Record], found: Record, review: Review) -> Review | None:
    """Join a review to one on its subject; None if that one was decided meanwhile."""
    before = _review(found)
    joined = before.joined_by(review)
    more = _document(replace(review, candidates=before.new_in(review)))["candidates"]
    change = {
        "$addToSet": {"joined": {"$each": list(joined.joined)}, "candidates": {"$each": more}},
        "$set": {"snapshot": joined.snapshot} | ({"shared": True} if joined.shared else {}),
    }
    if not reviews.update_one({"_id": found["_id"], "subject": review.subject}, change).matched_count:
        return None
    written = reviews.find_one({"_id": found["_id"]})
    return None if written is None else _review(written)


def _free_slot(reviews: Collection[Record], review: Review, most: int) -> str | None:
    """A place for one more open review of the device; None if it has too many."""
    wanted = {"session_id": review.session_id, "device": review.device, "decision": None}
    taken = [each.get("slot") for each in reviews.find(wanted, ("slot",))]
    slots = (f"{review.session_id}|{review.device}|{number}" for number in range(most))
    return next((slot for slot in slots if slot not in taken), None) if len(taken) < most else None
