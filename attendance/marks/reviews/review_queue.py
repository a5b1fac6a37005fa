"""Puts check-ins into review, with a snapshot that is stored only as long as the review needs it."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace

from attendance.errors import StoreUnavailableError
from attendance.files.snapshots import Snapshots
from attendance.store.protocol import Store
from attendance.values import Review
from attendance.values.reviews import short_reference

MOST_OF_DEVICE = 10
"""Open reviews of a phone in one session: enough for a tablet passed around while a teacher decides."""
MOST_OF_NAMELESS = 30  # of all phones that don't name themselves together, such as those without scripts
_log = logging.getLogger(__name__)


def reference(review_id: str) -> str:
    """What a review is called in the history of a mark."""
    return f"review {short_reference(review_id)}"


def subject_of(review: Review) -> str:
    """What one open review is enough for: session, reason, and the best candidate, who may be nobody."""
    best = review.candidates[0].student_id if review.candidates else ""
    return f"{review.session_id}|{review.reason}|{best}"


def send_to_review(
    store: Store, snapshots: Snapshots, review: Review, jpeg: bytes | None, *, most: int | None = None
) -> Review | None:
    """Store a review once, however often it is tried; it joins the open one on its subject, if there is one.

    All reviews on a subject have one snapshot, the last that was sent. A full disk costs the picture and not
    the review; so does a candidate who has objected since the face was compared.

    Args:
        store: the register's database.
        snapshots: where the picture goes.
        review: what is to be decided, without subject and snapshot.
        jpeg: its picture, or None.
        most: how many open reviews of its session its device may have; None means any number.

    Returns:
        The review that is decided for it; None if its device has too many.
    """
    subject = subject_of(review)
    was_there = snapshots.has(subject)
    name = _save(snapshots, subject, jpeg)
    held = None
    try:
        held = store.hold_review(replace(review, subject=subject, snapshot=name), most=most)
    finally:
        if name is not None and not was_there and (held is None or held.snapshot != name):
            snapshots.delete(name)
    if held is not None and held.snapshot is not None and _has_objected(store, held):
        store.forget_snapshot(held.id)
        snapshots.delete(held.snapshot)
        held = replace(held, snapshot=None)
    return held


def _has_objected(store: Store, review: Review) -> bool:
    """Whether a face that may be seen in a review may no longer be used."""
    students = (store.student(each.student_id) for each in review.candidates)
    return any(student is not None and student.consent is None for student in students)


def seem_to_review(store: Store, snapshots: Snapshots, jpeg: bytes) -> None:
    """Take as long as sending a picture to review takes, and keep nothing.

    Args:
        store: the register's database.
        snapshots: where the picture would go; nothing of it is written.
        jpeg: the picture.
    """
    name = _save(snapshots, secrets.token_hex(), bytes(len(jpeg)))
    if name is not None:
        snapshots.delete(name)
    store.check()


def most_of(device: str | None) -> int:
    """How many open reviews of one session a phone may have."""
    return MOST_OF_NAMELESS if device is None else MOST_OF_DEVICE


def has_room_for(store: Store, review: Review) -> bool:
    """Whether a review would be stored: it joins an open one, or its phone does not have too many."""
    others = store.reviews_of(review.session_id)
    joins = any(other.subject == subject_of(review) for other in others)
    return joins or sum(other.device == review.device for other in others) < most_of(review.device)


def _save(snapshots: Snapshots, subject: str, jpeg: bytes | None) -> str | None:
    if jpeg is None:
        return None
    try:
        return snapshots.save(subject, jpeg)
    except (OSError, StoreUnavailableError):  # also where the keys' disk is full
        _log.exception("A snapshot can't be saved; its review has none.")
        return None
