"""What teachers read about a check-in."""

from __future__ import annotations

import re

import pytest

from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.evidence_words import PLACES, doubt_texts, evidence_texts, movement_texts
from attendance.values import LivenessResult, MarkEvidence, Place
from face_detection.liveness.values import MovementProblem

CODES = [*MovementProblem, *BurstProblem]
ACCUSING = re.compile(r"fraud|cheat|fake|attack|spoof|liveness|burst|frame|code|suspicio", re.IGNORECASE)


def sentence_for(code: str) -> tuple[str, ...]:
    return movement_texts(MarkEvidence(liveness=LivenessResult.FAILED, why=(code,)))


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_its_own_sentence_that_accuses_nobody(code: str) -> None:
    [text] = sentence_for(code)
    assert not ACCUSING.search(text)
    assert text.endswith(".")
    assert all(sentence_for(other) != (text,) for other in CODES if other != code)


@pytest.mark.parametrize("result", sorted(set(LivenessResult) - {LivenessResult.NOT_ASKED}))
def test_every_result_has_a_sentence(result: LivenessResult) -> None:
    assert len(movement_texts(MarkEvidence(liveness=result))) == 1


def test_a_code_of_a_later_version_reads_as_not_right() -> None:
    evidence = MarkEvidence(liveness=LivenessResult.FAILED, why=("something_new",))
    assert movement_texts(evidence) == ("The head did not turn as asked.",)


def test_lists_show_only_what_a_teacher_may_want_to_look_at() -> None:
    for result in (LivenessResult.PASSED, LivenessResult.EXEMPT, LivenessResult.PHOTO_ONLY):
        assert doubt_texts(MarkEvidence(liveness=result)) == ()
    assert doubt_texts(MarkEvidence()) == ()
    assert doubt_texts(MarkEvidence(liveness=LivenessResult.NOT_SHOWN)) == ("No movement was shown.",)
    other = MarkEvidence(liveness=LivenessResult.PASSED, why=(BurstProblem.OTHER_BROWSER.value,))
    assert doubt_texts(other) == (
        "The head turned as asked.",
        "The photo may come from another browser than the page: some browsers inside apps can't tell.",
    )


def test_an_unknown_place_is_nothing_to_speak_of() -> None:
    assert evidence_texts(MarkEvidence()) == ()
    assert set(PLACES) == set(Place) - {Place.UNKNOWN}
    assert evidence_texts(MarkEvidence(place=Place.KIOSK)) == ("Seen by the kiosk.",)
