"""Puts check-ins into review, with a snapshot that is stored only as long as the review needs it."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from attendance.errors import AttendanceError
from attendance.files.snapshots import Snapshots
from attendance.store.protocol import Store
from attendance.values import Review

_log = logging.getLogger(__name__)


def reference(review_id: str) -> str:
    """What a review is called in the history of a mark: short, the same each time, and no secret."""
    return f"review {hashlib.sha256(review_id.encode()).hexdigest()[:8]}"


def send_to_review(store: Store, snapshots: Snapshots, review: Review, jpeg: bytes | None) -> None:
    """Store a review once, however often it is tried.

    A full disk costs the picture and not the review.

    Args:
        store: the register's database.
        snapshots: where the picture goes.
        review: what is to be decided, without a snapshot.
        jpeg: its picture, or None.
    """
    name = _save(snapshots, review, jpeg)
    try:
        if store.hold_review(replace(review, snapshot=name)) or name is None:
            return
        held = store.review(review.id)
    except AttendanceError:
        if name is not None:
            snapshots.delete(name)
        raise
    if held is None or held.snapshot != name:
        snapshots.delete(name)


def _save(snapshots: Snapshots, review: Review, jpeg: bytes | None) -> str | None:
    if jpeg is None:
        return None
    try:
        return snapshots.save(review.id, jpeg)
    except OSError:
        _log.exception("The snapshot of %s can't be saved; the review has none.", reference(review.id))
        return None
