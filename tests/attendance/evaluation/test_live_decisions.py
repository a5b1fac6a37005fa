"""What people made of the decisions of the live system, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from attendance.evaluation.live_decisions import live_decisions
from attendance.store.open_store import open_store
from attendance.values import Review, ReviewCandidate, ReviewDecision, ReviewReason
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import NotMeasurable
from tests.create_database.admin import Admin

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def review(number: int, session: str, reason: ReviewReason) -> Review:
    candidates = (ReviewCandidate("best", 0.7), ReviewCandidate("other", 0.6))
    return Review(f"r{number}", session, reason, candidates, AT)


def test_decisions_are_counted_by_what_became_of_the_best_candidate(tmp_path: Path) -> None:
    admin = Admin(tmp_path)
    with admin.register() as register:
        session = register.sessions.today().id
        store = register.store
        decided = [
            (ReviewReason.UNPROVEN, ReviewDecision.ACCEPTED, "best"),
            (ReviewReason.UNPROVEN, ReviewDecision.GUEST, "best"),
            (ReviewReason.LOOK_ALIKE, ReviewDecision.ACCEPTED, "other"),
            (ReviewReason.UNPROVEN, ReviewDecision.REFUSED, None),
            (ReviewReason.NOT_ME, ReviewDecision.REFUSED, None),
            (ReviewReason.NOT_ME, ReviewDecision.ACCEPTED, "best"),
            (ReviewReason.CODE, ReviewDecision.REFUSED, None),
        ]
        for number, (reason, decision, student) in enumerate(decided):
            store.hold_review(review(number, session, reason))
            store.decide_review(f"r{number}", decision, decided_for=student, by="teacher", at=AT)
        store.hold_review(review(99, session, ReviewReason.LOOK_ALIKE))
        found = live_decisions(store)
    assert (found.first_right, found.other_right, found.refused, found.undecided) == (2, 1, 1, 1)
    assert (found.objections, found.open_objections, found.marked) == (1, 0, 0)
    assert isinstance(found.refuted, Estimate)
    assert found.refuted.value == pytest.approx(0.5)
    assert found.wrong == NotMeasurable(0, 1)


def test_an_empty_register_has_no_decisions(tmp_path: Path) -> None:
    store = open_store(tmp_path, None)
    assert live_decisions(store).marked == 0
    store.close()
