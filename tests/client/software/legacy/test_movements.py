"""What photos from other software are worth, which show no movement."""

from __future__ import annotations

import pytest

from attendance.register import Register
from attendance.store.protocol import Store
from attendance.values import LivenessMode, LivenessResult, ReviewReason
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.signed_in import SignedIn
from tests.client.software.legacy.conftest import OldClient, data_url, failed, page_of

PHOTO = photo_of(COLLINS)


def make(register: Register, mode: LivenessMode, *, counts_alone: bool) -> str:
    """Set General's rule and the token's word; returns the session."""
    session = register.sessions.today()
    register.courses.change(session.course_id, liveness=mode)
    for token in register.api_tokens.all():
        register.api_tokens.count_photos(token.id, photo_only=counts_alone)
    return session.id


@pytest.mark.parametrize("mode", LivenessMode)
def test_a_photo_counts_alone_where_its_token_says_so(
    old_client: OldClient, register: Register, mode: LivenessMode
) -> None:
    session = make(register, mode, counts_alone=True)
    assert old_client.json("/recognize", image=data_url(PHOTO)).status_code == 200
    [mark] = register.store.marks(session)
    assert mark.evidence.liveness is LivenessResult.PHOTO_ONLY


@pytest.mark.parametrize(
    ("mode", "noted"),
    [(LivenessMode.OFF, LivenessResult.NOT_ASKED), (LivenessMode.FLAG, LivenessResult.NOT_SHOWN)],
)
def test_else_the_course_decides(
    old_client: OldClient, register: Register, mode: LivenessMode, noted: LivenessResult
) -> None:
    session = make(register, mode, counts_alone=False)
    assert old_client.json("/recognize", image=data_url(PHOTO)).status_code == 200
    [mark] = register.store.marks(session)
    assert mark.evidence.liveness is noted


def test_where_it_is_required_the_teacher_decides(
    old_client: OldClient, register: Register, store: Store
) -> None:
    session = make(register, LivenessMode.REQUIRED, counts_alone=False)
    for _ in range(2):
        answer = old_client.json("/recognize", image=data_url(PHOTO))
        assert failed(answer, 409, "conflict", "The teacher decides")
    assert store.marks(session) == []
    [review] = store.reviews()
    assert (review.reason, review.count) == (ReviewReason.NO_MOVEMENT, 1)
    assert review.snapshot is not None
    assert register.reviews.accept(review.id, by="teacher").counts_as_there
    again = old_client.json("/recognize", image=data_url(PHOTO))
    assert again.get_json()["message"] == "Eileen Collins was already marked present."


def test_a_teacher_stands_in_front_of_the_camera(
    teacher: SignedIn, old_client: OldClient, register: Register
) -> None:
    session = make(register, LivenessMode.REQUIRED, counts_alone=False)
    assert page_of(teacher).json("/recognize", image=data_url(PHOTO)).status_code == 200
    [mark] = register.store.marks(session)
    assert mark.evidence.liveness is LivenessResult.PHOTO_ONLY
